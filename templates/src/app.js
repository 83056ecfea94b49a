// Enhancement only: every page works without this file.
import { initAll } from './nhsuk-frontend.js'

initAll()

// Print buttons are hidden without scripts, since they could do nothing.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

// A long form asks before its changes are thrown away.
for (const form of document.querySelectorAll('form[data-warn-unsaved]')) {
  let changed = false
  form.addEventListener('input', () => { changed = true })
  form.addEventListener('submit', () => { changed = false })
  window.addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault()
  })
}
