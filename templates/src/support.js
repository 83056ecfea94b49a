// Runs first in <body>, before anything is drawn. It tells the style sheet that
// scripts run, as the design system's own inline snippet does; that snippet is
// avoided because the content security policy allows no inline script.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('nhsuk-frontend-supported')
}
