// A form with data-autosave keeps itself as a draft on the server while it is
// being filled in: a few seconds after the last change, and at the latest 20
// seconds after the first one that isn't saved. Nothing is kept in the browser.
// Files are sent with the form's own buttons only.
const PAUSE = 5000
const LATEST = 20000

class Autosave {
  constructor (form) {
    this.form = form
    this.status = form.querySelector('[data-autosave-status]')
    this.changed = false
    this.stopped = false
    this.saving = null
    form.addEventListener('input', () => this.change())
    form.addEventListener('change', () => this.change())
    form.addEventListener('submit', (event) => this.submit(event))
    window.addEventListener('beforeunload', (event) => {
      if (this.changed && !this.submitting) event.preventDefault()
    })
  }

  say (text) {
    this.status.hidden = false
    this.status.textContent = text
  }

  change () {
    this.changed = true
    if (this.stopped) return
    clearTimeout(this.pause)
    this.pause = setTimeout(() => this.save(), PAUSE)
    this.latest ??= setTimeout(() => this.save(), LATEST)
  }

  // submit waits for a save under way, so that the form is sent with the
  // version that this save gave it.
  submit (event) {
    this.quiet()
    if (this.saving) {
      event.preventDefault()
      const button = event.submitter
      this.saving.finally(() => this.form.requestSubmit(button))
      return
    }
    this.submitting = true
  }

  quiet () {
    clearTimeout(this.pause)
    clearTimeout(this.latest)
    this.latest = null
  }

  save () {
    this.quiet()
    if (!this.changed || this.stopped || this.saving) return
    this.changed = false
    this.saving = this.send().finally(() => { this.saving = null })
  }

  async send () {
    const body = new URLSearchParams()
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === 'string' && name !== 'remove') body.append(name, value)
    }
    body.append('autosave', '1')
    let answer
    try {
      answer = await fetch(this.form.getAttribute('action'), { method: 'POST', body, redirect: 'manual' })
    } catch {
      this.changed = true
      this.latest ??= setTimeout(() => this.save(), LATEST)
      this.say('Not saved: there is no connection. It will be tried again.')
      return
    }
    if (answer.status === 204) return this.saved(answer.headers)
    this.changed = true
    if (answer.status === 422) {
      this.say('Not saved yet: ' + await answer.text())
      return
    }
    this.stopped = true
    if (answer.status === 401) {
      this.say('You have been signed out, so this is not saved. Select “Save draft”: you can sign in again, and nothing that you typed is lost.')
    } else if (answer.status === 409) {
      this.say('Not saved: ' + await answer.text() + '. Select “Save draft” to see both.')
    } else {
      this.say('This cannot be saved by itself now. Select “Save draft”.')
    }
  }

  // saved makes the form that of the draft as it is now.
  saved (headers) {
    const address = headers.get('Location')
    this.form.setAttribute('action', address)
    this.form.querySelector('input[name="key"]')?.remove()
    let version = this.form.querySelector('input[name="version"]')
    if (!version) {
      version = document.createElement('input')
      version.type = 'hidden'
      version.name = 'version'
      this.form.append(version)
    }
    version.value = headers.get('Countersign-Version')
    history.replaceState(history.state, '', address)
    this.say('Draft saved at ' + headers.get('Countersign-Saved'))
  }
}

for (const form of document.querySelectorAll('form[data-autosave]')) new Autosave(form) // eslint-disable-line no-new
