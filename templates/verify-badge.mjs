// Checks badges with an implementation that isn't ours, for tests: reads JSON
// {contexts: {address: document}, badge, lists: {address: credential}} from
// standard input and prints {"verified": bool, "error": text}. It fetches
// nothing.
import { readFileSync } from 'node:fs'
import * as vc from '@digitalbazaar/vc'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list'

const { contexts, badge, lists } = JSON.parse(readFileSync(0, 'utf8'))

async function documentLoader(url) {
  const found = contexts[url] ?? lists[url]
  if (found) return { contextUrl: null, documentUrl: url, document: found }
  if (url.startsWith('did:key:')) {
    const [did, fragment] = url.split('#')
    const key = did.slice('did:key:'.length)
    const method = { '@context': 'https://w3id.org/security/multikey/v1', id: `${did}#${key}`, type: 'Multikey', controller: did, publicKeyMultibase: key }
    const controller = { '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'], id: did, verificationMethod: [method], assertionMethod: [method.id] }
    return { contextUrl: null, documentUrl: url, document: fragment ? method : controller }
  }
  throw new Error(`refused to fetch ${url}`)
}

const suite = new DataIntegrityProof({ cryptosuite })
const result = await vc.verifyCredential({
  credential: badge, suite, documentLoader,
  checkStatus: badge.credentialStatus && ((options) => checkStatus({ ...options, suite, documentLoader, verifyBitstringStatusListCredential: true })),
})
const status = result.statusResult
const error = result.error?.errors?.[0]?.message ?? result.error?.message ?? ''
process.stdout.write(JSON.stringify({ verified: result.verified, error, revoked: status?.results?.some((r) => r.status) ?? false, status: status?.error?.message ?? '' }))
