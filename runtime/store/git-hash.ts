/** The hash that Git names a file or a directory by, with any algorithm: Software Heritage's identifiers are these with
 *  SHA-1. Format: git-hash-object(1), the tree objects of gitformat-pack(5). */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Hash, HashAlgorithm } from '../formats/index.ts'
import { namesIn } from './file-names.ts'
import { hashing } from './hashing.ts'

/** Leaves out what SELECT is false of. Directories with nothing in them count, as for Software Heritage and for Guix. */
export function gitHash(path: string, algorithm: HashAlgorithm, select: (path: string) => boolean = () => true): Hash {
  const digest = lstatSync(path).isDirectory() ? treeDigest(path, algorithm, select) : blobDigest(path, algorithm)
  return { algorithm, digest }
}

function objectDigest(type: 'blob' | 'tree', bytes: Uint8Array, algorithm: HashAlgorithm): Uint8Array {
  return hashing(algorithm, Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]))
}

function blobDigest(path: string, algorithm: HashAlgorithm): Uint8Array {
  const link = lstatSync(path).isSymbolicLink()
  return objectDigest('blob', link ? Buffer.from(readlinkSync(path)) : readFileSync(path), algorithm)
}

/** The hash of the directory at PATH. */
function treeDigest(path: string, algorithm: HashAlgorithm, select: (path: string) => boolean): Uint8Array {
  const entries = namesIn(path)
    .filter((name) => select(join(path, name)))
    .map((name) => {
      const file = join(path, name)
      const stat = lstatSync(file)
      const digest = stat.isDirectory() ? treeDigest(file, algorithm, select) : blobDigest(file, algorithm)
      const mode = stat.isDirectory()
        ? '40000'
        : stat.isSymbolicLink()
          ? '120000'
          : (stat.mode & 0o100) !== 0
            ? '100755'
            : '100644'
      // Git sorts directories as if their names ended in a slash.
      const key = Buffer.from(stat.isDirectory() ? `${name}/` : name)
      return { key, bytes: Buffer.concat([Buffer.from(`${mode} ${name}\0`), digest]) }
    })
  entries.sort((a, b) => Buffer.compare(a.key, b.key))
  return objectDigest('tree', Buffer.concat(entries.map(({ bytes }) => bytes)), algorithm)
}
