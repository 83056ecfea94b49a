// Enhancement only: every page works without this file.
import { initAll } from './nhsuk-frontend.js'
import './autosave.js'
import './competencies.js'
import './privacy.js'
import './passkeys.js'
import './sign.js'

initAll()

// The design system marks a radio button that reveals more with aria-expanded,
// which a radio button may not have (WCAG 4.1.2). What it reveals follows it
// directly. Its own handlers set the mark again, so this runs after them.
function dropExpanded () {
  for (const radio of document.querySelectorAll('input[type="radio"][aria-expanded]')) {
    radio.removeAttribute('aria-expanded')
  }
}
dropExpanded()
document.addEventListener('click', dropExpanded)
window.addEventListener('pageshow', dropExpanded)

// A hidden comma in the file button keeps its visible words from being part of
// its name, so speaking them wouldn't press it (WCAG 2.5.3).
for (const comma of document.querySelectorAll('.nhsuk-file-upload__drop-button > .nhsuk-u-visually-hidden')) {
  const button = comma.parentElement
  const names = button.getAttribute('aria-labelledby').split(' ')
  button.setAttribute('aria-labelledby', names.filter((id) => id !== comma.id).join(' '))
  comma.replaceWith(' ')
}

// Print buttons are hidden without scripts, since they could do nothing.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

// Back from a provider there is nothing to read: it goes on at once.
document.querySelector('[data-go-on] form')?.requestSubmit()

// A long form asks before its changes are thrown away.
for (const form of document.querySelectorAll('form[data-warn-unsaved]')) {
  let changed = false
  form.addEventListener('input', () => { changed = true })
  form.addEventListener('submit', () => { changed = false })
  window.addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault()
  })
}
