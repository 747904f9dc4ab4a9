/** Getting a file whose hash is known, from the cache or from the first address that has it. */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { formatHash, type Hash } from '../formats/index.ts'
import { DownloadCache } from './download-cache.ts'
import type { DownloadSink } from './events.ts'
import { candidateUrls, type MirrorSources } from './mirrors.ts'
import { standardTimes, type TransferTimes, transfer } from './transfer.ts'

export interface DownloadRequest {
  /** What the recipe says, `mirror://` addresses included, best first. */
  readonly urls: readonly string[]
  /** The file's name in messages. */
  readonly name: string
  /** Hash of the contents. Undefined only when the caller verifies the result in another way. */
  readonly hash: Hash | undefined
  /** Where to put the file. It appears there complete or not at all. */
  readonly output: string
  /** The user's cache directory; none is used when undefined. */
  readonly cache?: string | undefined
  /** Copies that may be at hand, before any address is tried. */
  readonly copies?: readonly string[]
  readonly mirrors?: MirrorSources
  /** Whether files of this machine are taken only if everybody may read them. */
  readonly publicFilesOnly?: boolean
  readonly times?: TransferTimes
  readonly onEvent?: DownloadSink
  readonly signal?: AbortSignal | undefined
}

/** How long to leave a site alone that could not be reached, in milliseconds. */
const quarantine = 60_000
const unreachableSites = new Map<string, { readonly reason: string; readonly until: number }>()

function siteOf(url: string): string {
  return URL.parse(url)?.host ?? ''
}

function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** Copy FILE to TARGET if its contents have HASH. */
function takeCopy(file: string, target: string, hash: Hash): boolean {
  try {
    copyFileSync(file, target)
    return sameDigest(createHash(hash.algorithm).update(readFileSync(target)).digest(), hash.digest)
  } catch {
    return false
  }
}

/** Make the file of REQUEST. @throws StrataError `download-failed`, telling every address and what was wrong there. */
export async function download(request: DownloadRequest): Promise<void> {
  const { name, hash, output, onEvent = () => {}, times = standardTimes } = request
  const cache = request.cache === undefined ? undefined : new DownloadCache(request.cache)
  const directory = mkdtempSync(join(dirname(output), `.download-${process.pid}-`))
  const target = join(directory, basename(output))
  try {
    if (hash !== undefined) {
      for (const copy of [cache?.find(hash), ...(request.copies ?? [])]) {
        if (copy === undefined) continue
        if (takeCopy(copy, target, hash)) {
          renameSync(target, output)
          return
        }
        if (copy === cache?.find(hash)) cache?.remove(hash)
      }
    }

    const failures: string[] = []
    const fail = (url: string, reason: string): void => {
      failures.push(`${url}: ${reason}`)
      onEvent({ kind: 'download-failed', file: name, url, reason })
    }
    for (const url of candidateUrls(request.urls, hash, request.mirrors)) {
      const site = siteOf(url)
      const known = unreachableSites.get(site)
      if (known !== undefined && known.until > Date.now()) {
        failures.push(`${url}: ${known.reason}`)
        continue
      }
      onEvent({ kind: 'download-started', file: name, url })
      const result = await transfer({
        url,
        target,
        algorithm: hash?.algorithm ?? 'sha256',
        times,
        publicFilesOnly: request.publicFilesOnly,
        onProgress: (received, total) => onEvent({ kind: 'download-progress', file: name, url, received, total }),
        signal: request.signal,
      })
      if ('failure' in result) {
        if (result.unreachable && site !== '')
          unreachableSites.set(site, { reason: result.failure, until: Date.now() + quarantine })
        fail(url, result.failure)
        continue
      }
      if (hash !== undefined && !sameDigest(result.digest, hash.digest)) {
        const actual = formatHash({ ...hash, digest: result.digest }, 'nix-base32')
        fail(url, `wrong contents: expected ${hash.algorithm} ${formatHash(hash, 'nix-base32')}, got ${actual}`)
        continue
      }
      if (hash !== undefined) cache?.add(hash, target)
      renameSync(target, output)
      onEvent({ kind: 'download-succeeded', file: name, url, received: result.received })
      return
    }
    // A file that is there with another hash says more than any address that could not be reached.
    const wrong = failures.filter((line) => line.includes('wrong contents'))
    const ordered = [...wrong, ...failures.filter((line) => !wrong.includes(line))]
    const tried = ordered.length === 0 ? `no address for ${request.urls.join(', ')}` : ordered.join('\n  ')
    throw new StrataError('download-failed', `could not download ${name}:\n  ${tried}`, {
      irritants: [name],
      hint:
        wrong.length > 0
          ? 'the file at that address is not the one of the recipe: correct the hash if the new file is right'
          : 'check the network connection, or name a mirror in STRATA_MIRROR_DEBIAN, STRATA_MIRROR_GNU, ...',
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
