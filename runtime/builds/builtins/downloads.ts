/** The builtins whose results come from elsewhere: all have outputs that are fixed by a hash. */
import { chmodSync, createReadStream, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { StrataError } from '../../../lang/conditions/index.ts'
import { type DownloadRequest, download, fetchGitCheckout, takeNpmPackage } from '../../downloads/index.ts'
import { formatHash, readNar } from '../../formats/index.ts'
import { hashPath, restoringVisitor } from '../../store/index.ts'
import { decompress } from '../../substitutes/index.ts'
import { parseAddresses, parseMirrorList } from '../download-attributes.ts'
import { attribute, type Builtin, type BuiltinRequest, hashOf, nameOf, outputOf } from './request.ts'

/** What all downloads of REQUEST have in common. */
function commonOptions({ store, forStranger, onDownload, signal }: BuiltinRequest) {
  return {
    cache: store.layout.cache,
    publicFilesOnly: forStranger,
    onEvent: onDownload,
    signal,
  } satisfies Partial<DownloadRequest>
}

/** Guix's fetcher: an address or a list of them, and mirrors. */
export const downloadFile: Builtin = async (request) => {
  const { store, derivation } = request
  const expected = hashOf(request)
  const output = outputOf(request)
  const mirrorFile = derivation.environment.get('mirrors')
  const mirrors =
    mirrorFile === undefined ? undefined : parseMirrorList(readFileSync(store.physical(mirrorFile), 'utf8'))
  await download({
    ...commonOptions(request),
    urls: parseAddresses(attribute(derivation, 'url')),
    name: nameOf(request),
    hash: expected.recursive ? undefined : expected.hash,
    output,
    mirrors: mirrors === undefined ? {} : { mirrors },
  })
  if (derivation.environment.get('executable') === '1') chmodSync(output, 0o755)
}

/** Nix's fetcher, which `<nix/fetchurl.nix>` asks for: one address; the file is a NAR when it is to be unpacked. */
export const fetchUrl: Builtin = async (request) => {
  const { derivation } = request
  const url = attribute(derivation, 'url')
  const expected = hashOf(request)
  const output = outputOf(request)
  const unpacks = derivation.environment.get('unpack') === '1'
  const file = unpacks ? `${output}.nar` : output
  try {
    await download({
      ...commonOptions(request),
      urls: [url],
      name: nameOf(request),
      hash: expected.recursive ? undefined : expected.hash,
      output: file,
    })
    if (unpacks) await restore(file, url.endsWith('.xz') ? 'xz' : 'none', output)
    else if (derivation.environment.get('executable') === '1') chmodSync(output, 0o755)
  } finally {
    if (unpacks) rmSync(file, { force: true })
  }
}

/** Restore the NAR in FILE as OUTPUT. */
async function restore(file: string, compression: string, output: string): Promise<void> {
  const visitor = restoringVisitor(output)
  const reader = readNar(visitor)
  try {
    let have = new Uint8Array()
    let step = reader.next(new Uint8Array())
    for await (const piece of decompress(createReadStream(file), compression)) {
      have = have.length === 0 ? Uint8Array.from(piece) : Buffer.concat([have, piece])
      while (step.done !== true) {
        const { size, exact } = step.value
        if (have.length < (exact ? size : 1)) break
        const part = have.subarray(0, Math.min(size, have.length))
        have = have.subarray(part.length)
        step = reader.next(part)
      }
    }
    // The reader says what is missing; what follows the archive is nobody's.
    while (step.done !== true) step = reader.next(have.subarray(0, 0))
  } finally {
    visitor.close()
  }
}

export const takePackage: Builtin = async (request) => {
  const { derivation } = request
  const expected = hashOf(request)
  if (!expected.recursive) throw new StrataError('bad-derivation', `${derivation.builder} needs a recursive hash`)
  const wanted = formatHash(expected.hash, 'hex')
  const output = outputOf(request)
  mkdirSync(output)
  await takeNpmPackage({
    ...commonOptions(request),
    package: attribute(derivation, 'package'),
    version: attribute(derivation, 'version'),
    integrity: attribute(derivation, 'integrity'),
    files: attribute(derivation, 'files').split(' '),
    output,
    isRight: (directory) => formatHash(hashPath(directory, expected.hash.algorithm).hash, 'hex') === wanted,
  })
}

/** As later versions of Guix have it: `url` and `recursive?` are written as Scheme data. */
export const fetchCommit: Builtin = async (request) => {
  const { derivation } = request
  if (!hashOf(request).recursive)
    throw new StrataError('bad-derivation', `${derivation.builder} needs a recursive hash`)
  const [url] = parseAddresses(attribute(derivation, 'url'))
  if (url === undefined) throw new StrataError('bad-derivation', 'builtin:git-download needs an address in url')
  await fetchGitCheckout({
    url,
    commit: attribute(derivation, 'commit'),
    recursive: derivation.environment.get('recursive?') === '#t',
    name: nameOf(request),
    output: outputOf(request),
    publicOnly: request.forStranger,
    onEvent: request.onDownload,
    signal: request.signal,
  })
}
