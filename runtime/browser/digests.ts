/** Digests without node:crypto. */

import { blake2s } from '@noble/hashes/blake2.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { sha3_256, sha3_512 } from '@noble/hashes/sha3.js'
import type { HashAlgorithm, Hashing } from '../formats/index.ts'

const digests: Readonly<Record<HashAlgorithm, (bytes: Uint8Array) => Uint8Array>> = {
  md5,
  sha1,
  sha256,
  sha512,
  'sha3-256': sha3_256,
  'sha3-512': sha3_512,
  'blake2s-256': (bytes) => blake2s(bytes, { dkLen: 32 }),
}

export const hashing: Hashing = (algorithm, bytes) => digests[algorithm](bytes)
