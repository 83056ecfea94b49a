// Warns, while it is being typed, of a number that will stop the save: one that
// passes the check of an NHS or CHI number. Nothing is sent anywhere for this.
// internal/privacy/nhsnumber.go has the rule, and a test holds both to it.

const DIGIT = /\p{Nd}/u
const INVISIBLE = /\p{Cf}/u
const SEPARATOR = /[ \-.·․−．\p{Zs}\p{Pd}]/u
const MAX_SEPARATORS = 3
const MAX_LENGTH = 20000 // of the longest field

// valueOf returns what a digit of any script counts: each script's digits
// follow each other from nought, and begin at a code that is no digit before.
function valueOf (char) {
  const code = char.codePointAt(0)
  if (code < 128) return code - 48
  let first = code
  while (code - first < 60 && DIGIT.test(String.fromCodePoint(first - 1))) first--
  return (code - first) % 10
}

function valid (digits) {
  let sum = 0
  for (let i = 0; i < 9; i++) sum += digits[i] * (10 - i)
  return (11 - sum % 11) % 11 === digits[9] // 10 equals no digit
}

// run reads the digits at i, looking through what doesn't show.
function run (chars, i) {
  const digits = []
  let end = i
  for (; i < chars.length; i++) {
    if (DIGIT.test(chars[i])) {
      digits.push(valueOf(chars[i]))
      end = i + 1
    } else if (!INVISIBLE.test(chars[i])) break
  }
  return { digits, end }
}

// separators returns where the text goes on after one to three of them; -1 if
// there are none or more.
function separators (chars, i) {
  let n = 0
  for (; i < chars.length; i++) {
    if (SEPARATOR.test(chars[i])) n++
    else if (!INVISIBLE.test(chars[i])) break
    if (n > MAX_SEPARATORS) return -1
  }
  return n > 0 ? i : -1
}

function numberAt (chars, i) {
  const first = run(chars, i)
  if (first.digits.length === 10) return valid(first.digits) ? first.end : -first.end
  if (first.digits.length !== 3) return -first.end
  let digits = first.digits
  let end = first.end
  for (const size of [3, 4]) {
    const start = separators(chars, end)
    if (start < 0) return -first.end
    const next = run(chars, start)
    if (next.digits.length !== size) return -first.end
    digits = digits.concat(next.digits)
    end = next.end
  }
  return valid(digits) ? end : -first.end
}

// find returns the numbers in a text as they are written.
export function find (text) {
  const chars = Array.from(text)
  const found = []
  for (let i = 0; i < chars.length;) {
    if (!DIGIT.test(chars[i])) {
      i++
      continue
    }
    const end = numberAt(chars, i)
    if (end > 0) found.push(chars.slice(i, end).join(''))
    i = Math.abs(end)
  }
  return found
}

// A warning under a field, which screen readers are told of once.
function watch (field) {
  const warning = document.createElement('p')
  warning.className = 'app-privacy-warning nhsuk-body'
  warning.id = field.id + '-privacy'
  warning.setAttribute('role', 'status')
  field.after(warning)
  let pause
  field.addEventListener('input', () => {
    clearTimeout(pause)
    pause = setTimeout(() => {
      const found = find(field.value.slice(0, MAX_LENGTH))
      const text = found.length > 0
        ? 'This looks like an NHS number: “' + found[0] + '”. Take it out: no patient may be identifiable. It cannot be saved.'
        : ''
      if (warning.textContent !== text) warning.textContent = text
    }, 500)
  })
}

if (typeof document !== 'undefined') {
  for (const field of document.querySelectorAll('form[method="post"] textarea[id], form[method="post"] input[type="text"][id]:not([inputmode])')) watch(field)
}
