/** The builders that strata is itself: derivations whose builder is `builtin:NAME`. They run in this
 *  process, outside any sandbox, and their results are fixed by a hash or by strata's own code. */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { type SeedItemName, unpackNodeItem, unpackSeedItem } from '../bootstrap/index.ts'
import { type DownloadSink, download, fetchGitCheckout, takeNpmPackage } from '../downloads/index.ts'
import { type Derivation, formatHash, type StorePath } from '../formats/index.ts'
import { hashPath, type Store } from '../store/index.ts'
import { parseAddresses, parseMirrorList } from './download-attributes.ts'
import { expectedHash } from './outputs.ts'

export interface BuiltinRequest {
  readonly store: Store
  readonly derivation: Derivation
  /** Where to create the output, on the host. */
  readonly fileOf: (output: StorePath) => string
  readonly onDownload: DownloadSink
  readonly signal: AbortSignal
}

type Builtin = (request: BuiltinRequest) => Promise<void>

function attribute(derivation: Derivation, name: string): string {
  const value = derivation.environment.get(name)
  if (value === undefined) throw new StrataError('bad-derivation', `${derivation.builder} needs the attribute ${name}`)
  return value
}

function outputOf(request: BuiltinRequest): string {
  const out = request.derivation.outputs.get('out')
  if (out === undefined) throw new StrataError('bad-derivation', `${request.derivation.builder} needs the output out`)
  return request.fileOf(out.path as StorePath)
}

function onlyOutput(derivation: Derivation): ReturnType<typeof expectedHash> {
  const out = derivation.outputs.get('out')
  return out === undefined ? undefined : expectedHash(out)
}

const downloadFile: Builtin = async (request) => {
  const { store, derivation } = request
  const expected = onlyOutput(derivation)
  if (expected === undefined) throw new StrataError('bad-derivation', 'builtin:download needs a fixed output')
  const output = outputOf(request)
  const out = derivation.outputs.get('out')?.path ?? ''
  const mirrorFile = derivation.environment.get('mirrors')
  const mirrors =
    mirrorFile === undefined ? undefined : parseMirrorList(readFileSync(store.physical(mirrorFile), 'utf8'))
  await download({
    urls: parseAddresses(attribute(derivation, 'url')),
    name: out.slice(out.indexOf('-') + 1),
    hash: expected.recursive ? undefined : expected.hash,
    output,
    cache: store.layout.cache,
    mirrors: mirrors === undefined ? {} : { mirrors },
    onEvent: request.onDownload,
    signal: request.signal,
  })
  if (derivation.environment.get('executable') === '1') chmodSync(output, 0o755)
}

const takePackage: Builtin = async (request) => {
  const { store, derivation } = request
  const expected = onlyOutput(derivation)
  if (expected === undefined || !expected.recursive)
    throw new StrataError('bad-derivation', 'builtin:npm-package needs a fixed recursive output')
  const wanted = formatHash(expected.hash, 'hex')
  const output = outputOf(request)
  mkdirSync(output)
  await takeNpmPackage({
    package: attribute(derivation, 'package'),
    version: attribute(derivation, 'version'),
    integrity: attribute(derivation, 'integrity'),
    files: attribute(derivation, 'files').split(' '),
    output,
    isRight: (directory) => formatHash(hashPath(directory, expected.hash.algorithm).hash, 'hex') === wanted,
    cache: store.layout.cache,
    onEvent: request.onDownload,
    signal: request.signal,
  })
}

/** As later versions of Guix have it: `url` and `recursive?` are written as Scheme data. */
const fetchCommit: Builtin = async (request) => {
  const { derivation } = request
  const expected = onlyOutput(derivation)
  if (expected === undefined || !expected.recursive)
    throw new StrataError('bad-derivation', 'builtin:git-download needs a fixed recursive output')
  const [url] = parseAddresses(attribute(derivation, 'url'))
  if (url === undefined) throw new StrataError('bad-derivation', 'builtin:git-download needs an address in url')
  const out = derivation.outputs.get('out')?.path ?? ''
  await fetchGitCheckout({
    url,
    commit: attribute(derivation, 'commit'),
    recursive: derivation.environment.get('recursive?') === '#t',
    name: out.slice(out.indexOf('-') + 1),
    output: outputOf(request),
    onEvent: request.onDownload,
    signal: request.signal,
  })
}

function references(derivation: Derivation): { glibc?: string; 'gcc-lib'?: string } {
  const glibc = derivation.environment.get('glibc')
  const gccLib = derivation.environment.get('gcc-lib')
  return { ...(glibc === undefined ? {} : { glibc }), ...(gccLib === undefined ? {} : { 'gcc-lib': gccLib }) }
}

const seedItemNames: readonly SeedItemName[] = ['glibc', 'gcc-lib', 'gcc', 'binutils', 'tools']

const unpackDebs: Builtin = async (request) => {
  const { store, derivation } = request
  const name = attribute(derivation, 'item')
  const item = seedItemNames.find((known) => known === name)
  if (item === undefined) throw new StrataError('bad-derivation', `builtin:unpack-debs knows no item ${name}`)
  const specs = derivation.environment.get('specs')
  await unpackSeedItem({
    item,
    self: attribute(derivation, 'out'),
    references: references(derivation),
    ...(specs === undefined ? {} : { specs: readFileSync(store.physical(specs), 'utf8') }),
    debs: attribute(derivation, 'debs')
      .split(' ')
      .map((path) => store.physical(path)),
    output: outputOf(request),
  })
}

const unpackNode: Builtin = async (request) => {
  const { store, derivation } = request
  unpackNodeItem({
    references: { glibc: attribute(derivation, 'glibc'), 'gcc-lib': attribute(derivation, 'gcc-lib') },
    package: store.physical(attribute(derivation, 'package')),
    output: outputOf(request),
  })
}

const builtins: ReadonlyMap<string, Builtin> = new Map([
  ['builtin:download', downloadFile],
  ['builtin:git-download', fetchCommit],
  ['builtin:npm-package', takePackage],
  ['builtin:unpack-debs', unpackDebs],
  ['builtin:unpack-node', unpackNode],
])

/** The names of the builtins, without `builtin:`. */
export const builtinNames: readonly string[] = [...builtins.keys()].map((name) => name.slice('builtin:'.length))

export function isBuiltin(derivation: Derivation): boolean {
  return derivation.builder.startsWith('builtin:')
}

const downloads = new Set(['builtin:download', 'builtin:git-download', 'builtin:npm-package'])

/** Whether the work of DERIVATION is waiting for the network rather than computing. */
export function isDownload(derivation: Derivation): boolean {
  return downloads.has(derivation.builder)
}

/** Run a builtin builder. @throws StrataError `unsupported-builtin` for one that strata does not have. */
export async function runBuiltin(request: BuiltinRequest): Promise<void> {
  const { builder } = request.derivation
  const run = builtins.get(builder)
  if (run === undefined)
    throw new StrataError('unsupported-builtin', `unsupported builtin function '${builder.slice('builtin:'.length)}'`)
  await run(request)
}
