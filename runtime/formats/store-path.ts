/** Store paths: how they are made of hashes and names, and their parts.
 *  Pure: says nothing of whether a path is valid or where it lies on disk (see store/).
 *  Format: libstore/store-api.cc of the daemons; shared vectors in test/fixtures. */
import { StrataError } from '../../lang/conditions/index.ts'
import { formatBase32 } from './base32.ts'
import { compareText, encodeText } from './bytes.ts'
import { digestSize, type Hash, type Hashing } from './hash.ts'

/** A logical path `STOREDIR/HASH-NAME`, nothing below it. */
export type StorePath = string & { readonly __brand: 'StorePath' }

export const storeDirectory = '/gnu/store'

const hashLength = 32
const namePattern = /^[A-Za-z0-9+\-._?=]+$/

/** @throws StrataError `invalid-store-name`, in the daemons' words. */
export function checkStoreName(name: string): void {
  if (name === '') throw new StrataError('invalid-store-name', 'a store item needs a name')
  if (name.startsWith('.')) throw new StrataError('invalid-store-name', `invalid name: \`${name}'`)
  if (name.length > 211) {
    throw new StrataError('invalid-store-name', `name of ${name.length} characters is longer than 211: \`${name}'`)
  }
  if (!namePattern.test(name)) {
    const bad = [...name].find((c) => !namePattern.test(c)) ?? ''
    throw new StrataError('invalid-store-name', `invalid character \`${bad}' in name \`${name}'`, {
      hint: 'names are made of letters, digits and + - . _ ? =',
    })
  }
}

/** The store path that `text` is, without anything below it; undefined when it is none. */
export function parseStorePath(text: string, directory = storeDirectory): StorePath | undefined {
  if (!text.startsWith(`${directory}/`)) return undefined
  const base = text.slice(directory.length + 1)
  if (base[hashLength] !== '-' || base.length < hashLength + 2) return undefined
  if (!/^[0-9a-df-np-sv-z]{32}$/.test(base.slice(0, hashLength))) return undefined
  if (!namePattern.test(base.slice(hashLength + 1))) return undefined
  return text as StorePath
}

/** The store path that `text` starts with: itself, or of the item it is a file of. */
export function enclosingStorePath(text: string, directory = storeDirectory): StorePath | undefined {
  if (!text.startsWith(`${directory}/`)) return undefined
  const end = text.indexOf('/', directory.length + 1)
  return parseStorePath(end < 0 ? text : text.slice(0, end), directory)
}

/** @throws StrataError `not-a-store-path`. */
export function toStorePath(text: string, directory = storeDirectory): StorePath {
  const path = parseStorePath(text, directory)
  if (path === undefined) throw new StrataError('not-a-store-path', `not a store path: ${text}`)
  return path
}

/** The 32 characters by which references are recognised. */
export function storePathHashPart(path: StorePath): string {
  const start = path.lastIndexOf('/') + 1
  return path.slice(start, start + hashLength)
}

export function storePathName(path: StorePath): string {
  return path.slice(path.lastIndexOf('/') + 1 + hashLength + 1)
}

export interface PathMaking {
  readonly hashing: Hashing
  readonly directory: string
}

/** `TYPE:ALGO:HASH:DIRECTORY:NAME`, hashed, folded to 160 bits. */
export function makeStorePath(making: PathMaking, type: string, hash: Hash, name: string): StorePath {
  checkStoreName(name)
  const fingerprint = `${type}:${hash.algorithm}:${hash.digest.toHex()}:${making.directory}:${name}`
  const digest = making.hashing('sha256', encodeText(fingerprint))
  return `${making.directory}/${formatBase32(foldDigest(digest, 20))}-${name}` as StorePath
}

/** The path of an output of a derivation with hash modulo `digest`. */
export function makeOutputPath(making: PathMaking, output: string, digest: Uint8Array, name: string): StorePath {
  return makeStorePath(
    making,
    `output:${output}`,
    { algorithm: 'sha256', digest },
    output === 'out' ? name : `${name}-${output}`,
  )
}

/** Content known beforehand: recursive (a file tree, by its NAR) or flat (a file, by its bytes). */
export interface FixedContent {
  readonly recursive: boolean
  readonly hash: Hash
  /** The output it is, when not `out`. */
  readonly output?: string
}

export function makeFixedOutputPath(making: PathMaking, content: FixedContent, name: string): StorePath {
  const { recursive, hash, output = 'out' } = content
  if (hash.digest.length !== digestSize(hash.algorithm)) {
    throw new StrataError('bad-hash', `a ${hash.algorithm} hash of ${hash.digest.length} bytes for ${name}`)
  }
  if (recursive && hash.algorithm === 'sha256') return makeStorePath(making, 'source', hash, name)
  const inner = `fixed:${output}:${recursive ? 'r:' : ''}${hash.algorithm}:${hash.digest.toHex()}:`
  const digest = making.hashing('sha256', encodeText(inner))
  return makeStorePath(making, `output:${output}`, { algorithm: 'sha256', digest }, name)
}

/** The path of a text file (`builtins.toFile`, `add-text-to-store`) and of derivations. */
export function makeTextPath(
  making: PathMaking,
  name: string,
  text: Uint8Array,
  references: readonly string[],
): StorePath {
  const type = ['text', ...[...references].sort(compareText)].join(':')
  return makeStorePath(making, type, { algorithm: 'sha256', digest: making.hashing('sha256', text) }, name)
}

/** XOR the bytes of a digest together into `size` bytes. */
function foldDigest(digest: Uint8Array, size: number): Uint8Array {
  const folded = new Uint8Array(size)
  for (let i = 0; i < digest.length; i++) folded[i % size] = (folded[i % size] ?? 0) ^ (digest[i] ?? 0)
  return folded
}
