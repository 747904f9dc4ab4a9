/** From what a builder left behind to valid store items: fixed hashes checked, made canonical, scanned
 *  for references, moved into place and registered together. Model: registerOutputs of build.cc. */
import { chmodSync, lstatSync, renameSync } from 'node:fs'
import {
  type Derivation,
  type DerivationOutput,
  formatHash,
  type Hash,
  isHashAlgorithm,
  parseHash,
  type StorePath,
} from '../formats/index.ts'
import {
  canonicalize,
  createDigester,
  dumpPath,
  existsLink,
  hashFile,
  hashPath,
  ReferenceScanner,
  type Registration,
  removeTree,
  type Store,
} from '../store/index.ts'
import type { BuildFailure } from './events.ts'

/** What is wrong with an output. */
export class OutputProblem extends Error {
  readonly failure: Pick<BuildFailure, 'reason' | 'message' | 'hint' | 'hashes'>

  constructor(failure: Pick<BuildFailure, 'reason' | 'message' | 'hint' | 'hashes'>) {
    super(failure.message)
    this.failure = failure
  }
}

function badOutput(message: string): OutputProblem {
  return new OutputProblem({ reason: 'bad-output', message })
}

/** The hash that a fixed output must have. */
export function expectedHash(
  output: DerivationOutput,
): { readonly recursive: boolean; readonly hash: Hash } | undefined {
  if (output.hash === '') return undefined
  const recursive = output.hashAlgorithm.startsWith('r:')
  const algorithm = recursive ? output.hashAlgorithm.slice(2) : output.hashAlgorithm
  if (!isHashAlgorithm(algorithm)) throw badOutput(`unknown hash algorithm \`${algorithm}'`)
  return { recursive, hash: parseHash(output.hash, algorithm) }
}

function checkFixedHash(file: string, path: string, output: DerivationOutput): void {
  const expected = expectedHash(output)
  if (expected === undefined) return
  const { recursive, hash } = expected
  if (!recursive) {
    const stat = lstatSync(file)
    if (!stat.isFile() || (stat.mode & 0o100) !== 0)
      throw badOutput(`output path \`${path}' should be a non-executable regular file`)
  }
  const actual = recursive ? hashPath(file, hash.algorithm).hash : hashFile(file, hash.algorithm)
  if (formatHash(actual, 'hex') === formatHash(hash, 'hex')) return
  const show = (one: Hash): string => `${output.hashAlgorithm}:${formatHash(one, 'nix-base32')}`
  throw new OutputProblem({
    reason: 'hash-mismatch',
    message: `hash mismatch for store item '${path}'`,
    hint: `expected hash: ${formatHash(hash, 'nix-base32')}\nactual hash:   ${formatHash(actual, 'nix-base32')}`,
    hashes: { expected: show(hash), actual: show(actual) },
  })
}

/** The names or paths in `allowedReferences` and the like, as paths. */
function namedReferences(derivation: Derivation, attribute: string): Set<string> | undefined {
  const value = derivation.environment.get(attribute)
  if (value === undefined) return undefined
  const names = value.split(/\s+/).filter((name) => name !== '')
  return new Set(names.map((name) => derivation.outputs.get(name)?.path ?? name))
}

function checkAllowed(derivation: Derivation, path: string, references: readonly string[]): void {
  const allowed = namedReferences(derivation, 'allowedReferences')
  const disallowed = namedReferences(derivation, 'disallowedReferences')
  for (const reference of references)
    if ((allowed !== undefined && !allowed.has(reference)) || disallowed?.has(reference) === true)
      throw badOutput(`output (\`${path}') is not allowed to refer to path \`${reference}'`)
}

function checkOwnership(file: string, path: string, owner: number | undefined): void {
  const stat = lstatSync(file)
  const open = !stat.isSymbolicLink() && (stat.mode & 0o022) !== 0
  if (open || (owner !== undefined && stat.uid !== owner))
    throw badOutput(`suspicious ownership or permission on \`${path}'; rejecting this build output`)
}

/** Move the finished tree at FILE to PATH's place in the store. */
function moveIntoStore(store: Store, file: string, path: StorePath): void {
  const target = store.physical(path)
  if (existsLink(target)) removeTree(target)
  // Renaming a directory rewrites its `..`, for which it must be writable for a moment.
  const isDirectory = lstatSync(file).isDirectory()
  if (isDirectory) chmodSync(file, 0o755)
  renameSync(file, target)
  if (isDirectory) canonicalize(target)
}

export interface OutputCollection {
  readonly store: Store
  readonly path: StorePath
  readonly derivation: Derivation
  /** The closure of the inputs: what outputs may refer to. */
  readonly closure: readonly StorePath[]
  /** Where the builder left an output, on the host. */
  readonly fileOf: (output: StorePath) => string
  readonly owner?: number | undefined
}

/** Make the outputs of a finished build valid. Returns the new ones. @throws OutputProblem. */
export function collectOutputs(collection: OutputCollection): StorePath[] {
  const { store, derivation, closure, fileOf, owner } = collection
  const outputs = [...derivation.outputs.values()].map((output) => ({ output, path: output.path as StorePath }))
  for (const { path } of outputs)
    if (!existsLink(fileOf(path)))
      throw new OutputProblem({
        reason: 'no-output',
        message: `builder for \`${collection.path}' failed to produce output path \`${path}'`,
      })

  const registrations: Registration[] = []
  const seen = new Set<string>()
  for (const { output, path } of outputs) {
    // One that is already valid, because only others were missing, stays as it is.
    if (store.isValid(path)) continue
    const file = fileOf(path)
    checkOwnership(file, path, owner)
    canonicalize(file, { owner, seen })
    checkFixedHash(file, path, output)
    const scanner = new ReferenceScanner([...closure, ...outputs.map((other) => other.path)])
    const digester = createDigester('sha256')
    let narSize = 0
    dumpPath(file, (bytes) => {
      digester.update(bytes)
      scanner.scan(bytes)
      narSize += bytes.length
    })
    const references = scanner.references()
    checkAllowed(derivation, path, references)
    const hash = `sha256:${Buffer.from(digester.digest()).toString('hex')}`
    registrations.push({ path, hash, narSize, references, deriver: collection.path })
  }
  for (const { path } of registrations) moveIntoStore(store, fileOf(path), path)
  store.register(registrations)
  return registrations.map(({ path }) => path)
}
