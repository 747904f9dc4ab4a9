/** Making one item valid from a substitute: its NAR is fetched, unpacked, checked and registered, in that order. What a
 *  server sends is not trusted: it has to have the hash that a trusted key has signed, and not more bytes. */
import { readFileSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { explainTransferError, openBody } from '../downloads/index.ts'
import { type Hash, type NarInfo, readNar } from '../formats/index.ts'
import { createDigester, existsLink, Restoration, removeTree, type Store } from '../store/index.ts'
import { decompress } from './decompression.ts'
import type { Source, Substitute } from './servers.ts'

export interface FetchOptions {
  /** Whether files become one with those of equal contents in the store. */
  readonly deduplicate?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with the bytes that have come, and how many there will be when that is known. */
  readonly onProgress?: ((received: number, total: number | undefined) => void) | undefined
}

/** Add the item of SUBSTITUTE to STORE. The caller holds its lock, and has made valid what it refers to.
 *  @throws StrataError `bad-substitute`. */
export async function fetchItem(store: Store, substitute: Substitute, options: FetchOptions = {}): Promise<void> {
  const { info } = substitute
  const path = info.storePath
  store.temporaryRoots.add(path)
  const temporary = store.temporaryName(path)
  if (existsLink(temporary)) removeTree(temporary)
  try {
    const size = await unpackAny(substitute, temporary, options)
    const references = [...info.references].sort()
    const missing = references.find((reference) => reference !== path && !store.isValid(reference))
    if (missing !== undefined) {
      throw new StrataError('bad-substitute', `\`${path}' refers to \`${missing}', which is not valid`)
    }
    const outputs = path.endsWith('.drv') ? store.checkedOutputs(path, readFileSync(temporary)) : undefined
    store.adopt(path, temporary, {
      outputs,
      references,
      deriver: info.deriver,
      // What the server said is what it signed: kept, as by guix-daemon, so that others may check the signature.
      nar: { hash: info.narHash, size: typeof info.narSize === 'bigint' ? size : info.narSize },
      deduplicate: options.deduplicate,
    })
  } catch (error) {
    options.signal?.throwIfAborted()
    throw badSubstitute(substitute, error)
  } finally {
    if (existsLink(temporary)) removeTree(temporary)
  }
}

/** Unpack from the first source that can be had; the size of the archive. */
async function unpackAny(
  { info, source, others, isSigned }: Substitute,
  target: string,
  options: FetchOptions,
): Promise<number> {
  const rest = [...others]
  for (let current = source; ; ) {
    try {
      return await unpack({ ...info, narSize: isSigned ? info.narSize : Infinity }, current, target, options)
    } catch (error) {
      const next = rest.shift()
      options.signal?.throwIfAborted()
      if (next === undefined) throw error
      if (existsLink(target)) removeTree(target)
      current = next
    }
  }
}

function badSubstitute({ source: { url }, info }: Substitute, error: unknown): unknown {
  if (error instanceof StrataError && error.kind === 'bad-substitute') return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  // A full disk is no fault of the server's.
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS') return error
  const reason = error instanceof StrataError ? error.message : explainTransferError(error).message
  return new StrataError('bad-substitute', `cannot get \`${info.storePath}' from ${url}: ${reason}`, { cause: error })
}

/** How long to wait for the answer and between pieces of it, in milliseconds. */
const patience = 20_000

async function unpack(
  info: NarInfo,
  source: Source,
  target: string,
  { signal, onProgress }: FetchOptions,
): Promise<number> {
  const silence = new AbortController()
  const late = (): void => silence.abort(new StrataError('bad-substitute', `no bytes for ${patience / 1000} seconds`))
  let timer = setTimeout(late, patience)
  const restoration = new Restoration(target, { canonical: true })
  try {
    const abort = signal === undefined ? silence.signal : AbortSignal.any([silence.signal, signal])
    const { body, total } = await openBody(source.url, abort)
    const narDigester = createDigester('sha256')
    const fileDigester = createDigester(source.fileHash?.algorithm ?? 'sha256')
    let received = 0
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of body) {
        clearTimeout(timer)
        timer = setTimeout(late, patience)
        received += piece.length
        fileDigester.update(piece)
        onProgress?.(received, total ?? source.fileSize)
        yield piece
      }
    }
    let size = 0
    const reader = readNar(restoration)
    let step = reader.next(new Uint8Array())
    let waiting: Uint8Array = new Uint8Array()
    for await (const piece of decompress(counted(), source.compression)) {
      size += piece.length
      if (size > info.narSize) throw new StrataError('bad-substitute', `more than its ${info.narSize} bytes`)
      narDigester.update(piece)
      waiting = waiting.length === 0 ? piece : Buffer.concat([waiting, piece])
      while (step.done !== true) {
        const { size: wanted, exact } = step.value
        if (waiting.length < (exact ? wanted : 1)) break
        const part = waiting.subarray(0, wanted)
        waiting = waiting.subarray(part.length)
        step = reader.next(part)
      }
      // Some servers leave it to the client to see the end.
      if (step.done === true && source.fileHash === undefined) break
    }
    if (step.done !== true || waiting.length > 0) {
      throw new StrataError('bad-substitute', step.done === true ? 'bytes after its end' : 'it ends too early')
    }
    restoration.finish()
    check('hash of the archive', { algorithm: 'sha256', digest: narDigester.digest() }, info.narHash)
    if (source.fileHash !== undefined) {
      const { algorithm } = source.fileHash
      check('hash of the file', { algorithm, digest: fileDigester.digest() }, source.fileHash)
    }
    return size
  } catch (error) {
    throw silence.signal.aborted ? silence.signal.reason : error
  } finally {
    clearTimeout(timer)
    restoration.close()
  }
}

function check(what: string, actual: Hash, expected: Hash): void {
  if (actual.algorithm === expected.algorithm && Buffer.from(actual.digest).equals(expected.digest)) return
  throw new HashMismatch(what, actual, expected)
}

/** What was fetched is not what was signed. */
export class HashMismatch extends StrataError {
  readonly expected: Hash
  readonly actual: Hash

  constructor(what: string, actual: Hash, expected: Hash) {
    super('hash-mismatch', `the ${what} is not what was signed`)
    this.expected = expected
    this.actual = actual
  }
}
