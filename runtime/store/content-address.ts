/** What an item's name follows from, as Nix records it in the column `ca`: found again from the item itself, since Guix's
 *  database has no such column. */
import { lstatSync, readFileSync } from 'node:fs'
import {
  compareText,
  formatHash,
  type Hash,
  isHashAlgorithm,
  makeFixedOutputPath,
  makeStorePath,
  parseDerivation,
  parseHash,
  type StorePath,
  storePathName,
} from '../formats/index.ts'
import { hashFile } from './nar-files.ts'
import type { Store } from './store.ts'

function show(hash: Hash): string {
  return `${hash.algorithm}:${formatHash(hash, 'nix-base32')}`
}

/** The content address of the valid PATH, such as `text:sha256:…` or `fixed:r:sha256:…`; undefined for what was built, and
 *  for files added by other hashes than sha256. Single files are read for it, up to LIMIT bytes. */
export function contentAddress(store: Store, path: StorePath, limit = Number.POSITIVE_INFINITY): string | undefined {
  const info = store.pathInfo(path)
  if (info === undefined) return undefined
  const name = storePathName(path)
  const references = [...store.database.references(path)].sort(compareText)
  const recursive = parseHash(info.hash.replace(/^sha256:/, ''), 'sha256')
  if (references.length === 0 && makeFixedOutputPath(store.making, { recursive: true, hash: recursive }, name) === path)
    return `fixed:r:${show(recursive)}`
  const declared = info.deriver === undefined ? undefined : declaredAddress(store, info.deriver, path)
  if (declared !== undefined) return declared
  const file = store.physical(path)
  const stat = lstatSync(file)
  if (!stat.isFile() || stat.size > limit) return undefined
  const flat = hashFile(file, 'sha256')
  if (makeStorePath(store.making, ['text', ...references].join(':'), flat, name) === path) return `text:${show(flat)}`
  if (makeFixedOutputPath(store.making, { recursive: false, hash: flat }, name) === path) return `fixed:${show(flat)}`
  return undefined
}

/** What the derivation that PATH was built by says of it beforehand. */
function declaredAddress(store: Store, deriver: StorePath, path: StorePath): string | undefined {
  if (!store.isValid(deriver)) return undefined
  const outputs = parseDerivation(readFileSync(store.physical(deriver)), deriver).outputs.values()
  for (const { path: output, hash, hashAlgorithm } of outputs) {
    const algorithm = hashAlgorithm.replace(/^r:/, '')
    if (output !== path || hash === '' || !isHashAlgorithm(algorithm)) continue
    return `fixed:${hashAlgorithm === algorithm ? '' : 'r:'}${show(parseHash(hash, algorithm))}`
  }
  return undefined
}
