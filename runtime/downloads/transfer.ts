/** One transfer: the bytes at one address into one file, hashed on the way. Retries what may pass by
 *  itself, gives up at once on what will not. Which addresses to try is download.ts's business. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import * as http from 'node:http'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import * as tls from 'node:tls'
import { fileURLToPath } from 'node:url'
import type { HashAlgorithm } from '../formats/index.ts'
import { openFtp } from './ftp.ts'
import { openPublicFile } from './public-files.ts'
import { TransferFailure } from './transfer-failure.ts'

export interface TransferTimes {
  /** Until the response begins, and between pieces of it, in milliseconds. */
  readonly idle: number
  /** Pauses before further attempts, in milliseconds; their number is that of the attempts. */
  readonly pauses: readonly number[]
}

export interface TransferRequest {
  readonly url: string
  readonly target: string
  readonly algorithm: HashAlgorithm
  readonly times: TransferTimes
  /** Whether a file of this machine is taken only if everybody may read it. */
  readonly publicFilesOnly?: boolean | undefined
  readonly onProgress: (received: number, total: number | undefined) => void
  readonly signal?: AbortSignal | undefined
}

export type TransferResult =
  | { readonly digest: Uint8Array; readonly received: number }
  | { readonly failure: string; readonly unreachable: boolean }

export const standardTimes: TransferTimes = { idle: 20_000, pauses: [500, 1500, 4000] }

const transientCodes = new Set(['ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'UND_ERR_SOCKET', 'UND_ERR_BODY_TIMEOUT'])
const unreachableCodes = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])
const localCodes = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EMFILE', 'ENFILE', 'EIO'])

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** undici hides what happened one or two causes deep. */
function innermost(error: unknown): unknown {
  let inner = error
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause
  if (inner instanceof AggregateError && inner.errors.length > 0) return inner.errors[0]
  return inner
}

/** What ERROR of a transfer means. */
export function explain(error: unknown): TransferFailure {
  if (error instanceof TransferFailure) return error
  const inner = innermost(error)
  const code = codeOf(inner)
  const message = inner instanceof Error ? inner.message : String(inner)
  const readable: Readonly<Record<string, string>> = {
    ENOTFOUND: 'no such host',
    EAI_AGAIN: 'host name lookup failed',
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset',
    ENOENT: 'no such file',
  }
  const reason = (code === undefined ? undefined : readable[code]) ?? message
  return new TransferFailure(reason, {
    transient: code !== undefined && transientCodes.has(code),
    unreachable: code !== undefined && unreachableCodes.has(code),
    missing: code === 'ENOENT',
  })
}

let networkReady = false

/** Use the proxies that the environment names and the machine's own certificates, as other programs do. */
function prepareNetwork(): void {
  if (networkReady) return
  networkReady = true
  const { env } = process
  if (env.http_proxy ?? env.https_proxy ?? env.HTTP_PROXY ?? env.HTTPS_PROXY) http.setGlobalProxyFromEnv()
  const certificates = new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])
  tls.setDefaultCACertificates([...certificates])
}

/** The body at URL as a stream of pieces, and its length when known. @throws TransferFailure. */
export async function openBody(
  url: string,
  abort: AbortSignal,
  publicFilesOnly = false,
): Promise<{ body: AsyncIterable<Uint8Array>; total: number | undefined }> {
  if (url.startsWith('file:')) {
    const file = fileURLToPath(url)
    return { body: publicFilesOnly ? openPublicFile(file) : createReadStream(file), total: undefined }
  }
  if (url.startsWith('ftp:')) return await openFtp(url, abort)
  if (!/^https?:/.test(url)) throw new TransferFailure('unsupported kind of address')
  prepareNetwork()
  const response = await fetch(url, {
    signal: abort,
    headers: { 'accept-encoding': 'identity', 'user-agent': 'strata' },
  })
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    const transient = response.status >= 500 || response.status === 429 || response.status === 408
    throw new TransferFailure(`${response.status} ${response.statusText}`.trim(), {
      transient,
      missing: response.status === 404 || response.status === 410,
    })
  }
  const length = response.headers.get('content-length')
  const decoded = response.headers.has('content-encoding')
  return { body: response.body, total: length === null || decoded ? undefined : Number(length) }
}

async function attempt(request: TransferRequest): Promise<{ digest: Uint8Array; received: number }> {
  const { target, algorithm, times, onProgress } = request
  const idle = new AbortController()
  const abort = request.signal === undefined ? idle.signal : AbortSignal.any([idle.signal, request.signal])
  let received = 0
  const late = (): void => {
    const reason = `no ${received === 0 ? 'answer' : 'more bytes'} for ${times.idle / 1000} seconds`
    idle.abort(new TransferFailure(reason, { unreachable: received === 0 }))
  }
  let timer = setTimeout(late, times.idle)
  const file = await open(target, 'w', 0o644)
  try {
    const hash = createHash(algorithm)
    const { body, total } = await openBody(request.url, abort, request.publicFilesOnly)
    for await (const piece of body) {
      clearTimeout(timer)
      timer = setTimeout(late, times.idle)
      hash.update(piece)
      await file.writeFile(piece)
      received += piece.length
      onProgress(received, total)
    }
    if (total !== undefined && received !== total)
      throw new TransferFailure(`connection closed after ${received} of ${total} bytes`, { transient: true })
    return { digest: hash.digest(), received }
  } catch (error) {
    throw idle.signal.aborted ? idle.signal.reason : error
  } finally {
    clearTimeout(timer)
    await file.close()
  }
}

/** Fetch REQUEST.url into REQUEST.target. A full disk and the like are thrown: no other address helps. */
export async function transfer(request: TransferRequest): Promise<TransferResult> {
  const { pauses } = request.times
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(request)
    } catch (error) {
      request.signal?.throwIfAborted()
      const code = codeOf(error)
      if (code !== undefined && localCodes.has(code) && !request.url.startsWith('file:')) throw error
      const failure = explain(error)
      // A name that cannot be looked up twice is the sign of no network, where waiting is no use.
      const pause = failure.unreachable && tries > 0 ? undefined : pauses[tries]
      if (!failure.transient || pause === undefined) {
        const times = tries === 0 ? '' : ` (${tries + 1} attempts)`
        return { failure: failure.message + times, unreachable: failure.unreachable }
      }
      await setTimeoutPromise(pause, undefined, request.signal === undefined ? {} : { signal: request.signal }).catch(
        (interruption) => {
          // Node says only that the wait was aborted; who stopped it, and why, is in the signal.
          request.signal?.throwIfAborted()
          throw interruption
        },
      )
    }
  }
}
