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
  copyTree,
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
import { outputFault } from './reference-rules.ts'
import { seizeTree } from './seize.ts'

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

export interface ExpectedHash {
  /** Of the NAR, not of the contents of a file. */
  readonly recursive: boolean
  readonly hash: Hash
}

/** The hash that a fixed output must have; none for other outputs. */
export function expectedHash(output: DerivationOutput): ExpectedHash | undefined {
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

function checkOwnership(file: string, path: string, owner: number | undefined): void {
  const stat = lstatSync(file)
  const open = !stat.isSymbolicLink() && (stat.mode & 0o022) !== 0
  if (open || (owner !== undefined && stat.uid !== owner))
    throw badOutput(`suspicious ownership or permission on \`${path}'; rejecting this build output`)
}

/** Move a finished tree; renaming a directory rewrites its `..`, for which it must be writable for a moment. */
export function moveTree(file: string, target: string): void {
  const isDirectory = lstatSync(file).isDirectory()
  if (isDirectory) chmodSync(file, 0o755)
  renameSync(file, target)
  if (isDirectory) canonicalize(target)
}

/** Put the finished tree at FILE in PATH's place in the store, in exchange for what is there. */
function moveIntoStore(store: Store, file: string, path: StorePath): void {
  const target = store.physical(path)
  // Without a sandbox, builders write to the store itself.
  if (file === target) return
  if (!existsLink(target)) {
    moveTree(file, target)
    return
  }
  // What is there may be in use: it is away for a moment only.
  const old = `${target}.old-${process.pid}`
  if (existsLink(old)) removeTree(old)
  moveTree(target, old)
  moveTree(file, target)
  removeTree(old)
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
  /** Whether somebody outside may hold descriptors of the outputs: then they are copied. */
  readonly exposed?: boolean
  /** The outputs that are wanted: a valid one that needs no repair is not among them. */
  readonly wanted: ReadonlySet<StorePath>
}

/** An output that may become a store item: canonical and examined, but not in its place. */
export interface FinishedOutput {
  readonly file: string
  readonly registration: Registration
}

/** Examine the outputs of a finished build. @throws OutputProblem. */
export function finishOutputs(collection: OutputCollection): FinishedOutput[] {
  const { store, derivation, closure, fileOf, owner, exposed = false, wanted } = collection
  const outputs = [...derivation.outputs.values()].map((output) => ({ output, path: output.path as StorePath }))
  for (const { path } of outputs)
    if (!existsLink(fileOf(path)))
      throw new OutputProblem({
        reason: 'no-output',
        message: `builder for \`${collection.path}' failed to produce output path \`${path}'`,
      })

  const seen = new Set<string>()
  const candidates = [...closure, ...outputs.map(({ path }) => path)]
  const finished: FinishedOutput[] = []
  for (const { output, path } of outputs) {
    if (!wanted.has(path)) continue
    const made = fileOf(path)
    checkOwnership(made, path, owner)
    if (owner !== undefined && owner !== process.geteuid?.()) seizeTree(made, owner)
    canonicalize(made, { owner, seen, attributes: true })
    const file = exposed ? freshCopy(store, made, path) : made
    checkFixedHash(file, path, output)
    const scanner = new ReferenceScanner(candidates)
    const digester = createDigester('sha256')
    let narSize = 0
    dumpPath(file, (bytes) => {
      digester.update(bytes)
      scanner.scan(bytes)
      narSize += bytes.length
    })
    const hash = `sha256:${Buffer.from(digester.digest()).toString('hex')}`
    const references = scanner.references()
    finished.push({ file, registration: { path, hash, narSize, references, deriver: collection.path } })
  }
  checkReferences(collection, finished)
  return finished
}

function checkReferences({ store, derivation }: OutputCollection, finished: readonly FinishedOutput[]): void {
  const own = new Map(finished.map(({ registration }) => [registration.path, registration]))
  const sizeOf = (path: StorePath): number => own.get(path)?.narSize ?? store.pathInfo(path)?.narSize ?? 0
  for (const [output, { path }] of derivation.outputs) {
    const registration = own.get(path as StorePath)
    if (registration === undefined) continue
    const requisites = (): StorePath[] => {
      const found = new Set<StorePath>()
      const visit = (item: StorePath): void => {
        if (found.has(item)) return
        found.add(item)
        for (const reference of own.get(item)?.references ?? store.database.references(item)) visit(reference)
      }
      for (const reference of registration.references) visit(reference)
      return [...found]
    }
    const fault = outputFault({ ...registration, derivation, output, requisites, sizeOf })
    if (fault !== undefined) throw badOutput(fault)
  }
}

/** A copy of the output at FILE that only we ever had open (CVE-2024-27297), where no builder could prepare
 *  anything (CVE-2026-39860). */
function freshCopy(store: Store, file: string, path: StorePath): string {
  const copy = store.temporaryName(path)
  if (existsLink(copy)) removeTree(copy)
  copyTree(file, copy)
  canonicalize(copy)
  return copy
}

/** What a process knows of a store's files, which takes reading a directory of them all. */
/** Make finished outputs valid, and share their files with other items when asked to DEDUPLICATE. */
export function registerOutputs(store: Store, finished: readonly FinishedOutput[], deduplicate = false): void {
  for (const { file, registration } of finished) moveIntoStore(store, file, registration.path)
  if (deduplicate) for (const { registration } of finished) store.shareFiles(registration.path)
  store.register(finished.map(({ registration }) => registration))
}
