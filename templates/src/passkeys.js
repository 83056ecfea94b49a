// Passkeys: a form that says data-passkey asks the server for a challenge, has
// a passkey of this browser answer it, and is then sent as any other form.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const ids = (list) => list?.map((k) => ({ ...k, id: bytes(k.id) }))

// usable tells whether this browser can have passkeys of that domain here.
export function usable (domain) {
  const here = window.location.hostname
  return Boolean(window.PublicKeyCredential) && Boolean(domain) && (here === domain || here.endsWith('.' + domain))
}

// create makes a passkey; get has one answer. Both return what to send.
export async function create (options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: ids(options.excludeCredentials)
    }
  })
  return JSON.stringify({
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) }
  })
}

export async function get (options) {
  const answer = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: ids(options.allowCredentials) }
  })
  const { response } = answer
  return JSON.stringify({
    id: answer.id,
    rawId: text(answer.rawId),
    type: answer.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : undefined
    }
  })
}

// why says what went wrong in a person's words.
export function why (error) {
  if (error.name === 'NotAllowedError') return 'The passkey was not used. Nothing is saved. Try again when you are ready.'
  if (error.name === 'InvalidStateError') return 'This device has a passkey for this account already.'
  return 'The passkey could not be used. Nothing is saved.'
}

async function use (form) {
  const answer = await fetch(form.dataset.passkeyOptions, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' })
  if (answer.status === 401) return form.submit() // the server asks for a proof, or to sign in again
  if (!answer.ok) throw Object.assign(new Error(await answer.text()), { told: true })
  const { token, options } = await answer.json()
  form.elements.passkey.value = await (form.dataset.passkey === 'create' ? create(options) : get(options))
  form.elements.token.value = token
  form.submit()
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!usable(form.dataset.passkeyDomain)) continue
  form.hidden = false
  for (const other of document.querySelectorAll('[data-passkey-otherwise]')) other.hidden = true
  const message = form.querySelector('[data-passkey-message]')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    message.textContent = ''
    use(form).catch((error) => { message.textContent = error.told ? error.message : why(error) })
  })
}
