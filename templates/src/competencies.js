// A long list of competencies by domain gets a box to find one in it, and its
// headings count along.
function count (details) {
  const text = details.querySelector('.nhsuk-details__summary-text')
  const chosen = details.querySelectorAll('input[type="checkbox"]:checked').length
  text.textContent = text.textContent.replace(/: [\d,]+ of/, `: ${chosen} of`)
}

function finder (list) {
  const box = document.createElement('div')
  box.className = 'nhsuk-form-group'
  const label = document.createElement('label')
  label.className = 'nhsuk-label'
  label.htmlFor = 'find-competency'
  label.textContent = 'Find a competency'
  const input = document.createElement('input')
  input.className = 'nhsuk-input nhsuk-input--width-20'
  input.id = 'find-competency'
  input.autocomplete = 'off'
  const found = document.createElement('div')
  found.className = 'nhsuk-hint'
  found.setAttribute('role', 'status')
  box.append(label, input, found)
  list.prepend(box)

  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault() // it would save the form
  })
  // What is looked for is no part of the piece, so it needs no saving.
  for (const type of ['input', 'change']) input.addEventListener(type, (event) => event.stopPropagation())
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    let total = 0
    for (const details of list.querySelectorAll('details')) {
      let here = 0
      for (const item of details.querySelectorAll('.nhsuk-checkboxes__item')) {
        const text = item.textContent.toLowerCase()
        const match = words.every((word) => text.includes(word))
        item.hidden = !match
        const why = item.nextElementSibling
        if (why?.classList.contains('nhsuk-checkboxes__conditional')) why.hidden = !match
        if (match) here++
      }
      details.hidden = here === 0
      if (words.length > 0) details.open = here > 0
      total += here
    }
    found.textContent = words.length === 0 ? '' : `${total} ${total === 1 ? 'competency' : 'competencies'} found`
  })
}

// What was written about a competency that isn't selected any more is hidden,
// and so it isn't sent either.
function sendSelected (list) {
  for (const box of list.querySelectorAll('input[type="checkbox"][data-aria-controls], input[type="checkbox"][aria-controls]')) {
    const why = document.getElementById(box.getAttribute('aria-controls') ?? box.dataset.ariaControls)
    for (const field of why.querySelectorAll('textarea')) field.disabled = !box.checked
  }
}

for (const list of document.querySelectorAll('[data-competencies]')) {
  finder(list)
  sendSelected(list)
  window.addEventListener('pageshow', () => sendSelected(list))
  list.addEventListener('change', (event) => {
    sendSelected(list)
    const details = event.target.closest('details')
    if (details) count(details)
  })
}
