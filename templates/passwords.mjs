// Writes templates/assets/common-passwords.txt.gz: the passwords that
// internal/password refuses, lower-case, sorted, one a line. The list is the
// one of @zxcvbn-ts/language-common (MIT). Run after build.mjs, which empties
// the folder: node templates/passwords.mjs
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as common from '@zxcvbn-ts/language-common'

const dictionary = common.dictionary ?? common.default?.dictionary ?? {}
const passwords = dictionary['passwords-common'] ?? dictionary.passwords // 4.x, 3.x
if (!Array.isArray(passwords) || passwords.length < 10000) {
  console.error('templates/passwords.mjs: the list is not where it was; @zxcvbn-ts/language-common has changed')
  process.exit(1)
}

const entries = new Set()
for (const password of passwords) {
  const entry = password.normalize('NFKC').toLowerCase()
  if (/^\S.{2,}$/u.test(entry)) entries.add(entry)
}

const out = join(dirname(fileURLToPath(import.meta.url)), 'assets')
mkdirSync(out, { recursive: true })
const packed = gzipSync([...entries].sort().join('\n') + '\n', { level: 9 })
packed[9] = 255 // the operating system byte: the same input gives the same file anywhere
writeFileSync(join(out, 'common-passwords.txt.gz'), packed)
console.log(`templates/assets: ${entries.size} common passwords`)
