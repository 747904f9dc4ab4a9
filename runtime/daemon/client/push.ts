/** Giving a daemon what it lacks of what this process has in its own store: derivations and sources before a build, and
 *  the results of builders that are strata itself and that the daemon does not have. */
import { readFileSync } from 'node:fs'
import {
  concatBytes,
  endOfItems,
  type HashAlgorithm,
  itemFollows,
  makeFixedOutputPath,
  makeTextPath,
  parseStorePath,
  type StorePath,
  storePathName,
} from '../../formats/index.ts'
import { dumpPath, exportItem, hashFile, hashPath, type Store } from '../../store/index.ts'
import type { RemoteStore } from './remote-store.ts'

const algorithms: readonly HashAlgorithm[] = ['sha256', 'sha512', 'sha1', 'md5']

/** Make PATHS, valid in LOCAL, and all that they refer to valid in REMOTE. */
export function push(local: Store, remote: RemoteStore, paths: readonly StorePath[]): void {
  const closure = local.closure(paths)
  const present = new Set(remote.validPaths(closure))
  for (const path of closure) if (!present.has(path)) pushItem(local, remote, path)
}

/** By the operation that gives the same name: anybody may do that. What only the build gives can be imported by those
 *  whom the daemon trusts. */
function pushItem(local: Store, remote: RemoteStore, path: StorePath): void {
  const name = storePathName(path)
  const file = local.physical(path)
  const references = local.database.references(path)
  const method = references.includes(path) ? undefined : methodOf(local, path, file, references)
  if (method === 'text') remote.addText(name, readFileSync(file), references)
  else if (method !== undefined) {
    remote.addNar(name, method, (sink) => dumpPath(file, sink))
  } else importItem(local, remote, path)
}

type Method = 'text' | { readonly recursive: boolean; readonly algorithm: HashAlgorithm }

function methodOf(local: Store, path: StorePath, file: string, references: readonly StorePath[]): Method | undefined {
  const name = storePathName(path)
  const isRegular = local.isRegularFile(path)
  if (isRegular && makeTextPath(local.making, name, readFileSync(file), references) === path) return 'text'
  if (references.length > 0) return undefined
  for (const algorithm of algorithms) {
    for (const recursive of isRegular ? [true, false] : [true]) {
      const hash = recursive ? hashPath(file, algorithm).hash : hashFile(file, algorithm)
      if (makeFixedOutputPath(local.making, { recursive, hash }, name) === path) return { recursive, algorithm }
    }
  }
  return undefined
}

function importItem(local: Store, remote: RemoteStore, path: StorePath): void {
  const chunks: Uint8Array[] = [itemFollows]
  exportItem(local, path, (bytes) => chunks.push(new Uint8Array(bytes)))
  chunks.push(endOfItems)
  const stream = concatBytes(chunks)
  let at = 0
  remote.importItems((size) => {
    const piece = stream.subarray(at, at + size)
    at += piece.length
    return piece
  })
}

/** The derivations below TARGETS that have to be built and that REMOTE cannot build, as their builder is part of
 *  strata. */
export function foreignBuilds(local: Store, remote: RemoteStore, targets: readonly string[]): StorePath[] {
  const known = new Set(remote.builtins().map((name) => `builtin:${name}`))
  const found: StorePath[] = []
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path) || !path.endsWith('.drv')) return
    seen.add(path)
    const derivation = local.readDerivation(path)
    const outputs = [...derivation.outputs.values()].map((output) => output.path as StorePath)
    if (remote.validPaths(outputs).length === outputs.length) return
    const drv = parseStorePath(path)
    if (derivation.builder.startsWith('builtin:') && !known.has(derivation.builder) && drv !== undefined)
      found.push(drv)
    else for (const input of derivation.inputs) visit(input.path)
  }
  for (const target of targets) visit(target.split('!')[0] ?? '')
  return found
}
