// Signing by passkey: the server makes what the form decides, without keeping
// it, and says what is to be signed; a passkey of this browser signs that; then
// the form is sent as any other, with the signature. Where this can't be done
// the form is sent as it is, and the server asks for a proof in another way.
import { get, usable, why } from './passkeys.js'

async function sign (form, place) {
  const answer = await fetch(place.dataset.sign, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' })
  if (answer.ok) {
    const { token, options } = await answer.json()
    form.elements.passkey.value = await get(options)
    form.elements.token.value = token
  }
  form.submit()
}

for (const place of document.querySelectorAll('[data-sign]')) {
  if (!usable(place.dataset.passkeyDomain)) continue
  const form = place.closest('form')
  const message = place.querySelector('[data-passkey-message]')
  const otherwise = place.querySelector('[data-sign-otherwise]')
  form.addEventListener('submit', (event) => {
    if (event.submitter === otherwise) return
    event.preventDefault()
    message.textContent = ''
    sign(form, place).catch((error) => {
      message.textContent = why(error)
      otherwise.hidden = false
    })
  })
}
