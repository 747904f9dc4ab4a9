/** Servers of substitutes: what they say of items, asked once each, and taken only from those who are trusted.
 *  Addresses are `http://`, `https://` and `file://`. */
import { StrataError } from '../../lang/conditions/index.ts'
import { explainTransferError, openBody } from '../downloads/index.ts'
import {
  type NarInfo,
  type NarSource,
  parseNarInfo,
  type StorePath,
  storeDirectory,
  storePathHashPart,
} from '../formats/index.ts'
import { KeyFiles } from '../keys/index.ts'
import type { Store } from '../store/index.ts'
import { knownCompressions } from './decompression.ts'
import { Trust } from './trust.ts'

/** A way to get an item, with an absolute address. */
export interface Source extends NarSource {
  readonly url: string
}

export interface Substitute {
  readonly info: NarInfo
  /** Where it is, the way to prefer first. */
  readonly source: Source
  readonly others: readonly Source[]
  /** Whether somebody who is trusted says so. */
  readonly isSigned: boolean
}

export type Warn = (message: string) => void

/** A narinfo is some hundred bytes, those of items with very many references some ten thousand. */
const longestNarInfo = 1 << 20
const patience = 20_000

interface Server {
  readonly address: string
  /** Settled when it is known whether it serves this store. */
  ready: Promise<boolean> | undefined
  gone: boolean
}

export class SubstituteServers {
  readonly #servers: readonly Server[]
  readonly #trust: Pick<Trust, 'covers' | 'signs'>
  readonly #warn: Warn
  readonly #answers = new Map<StorePath, Promise<Substitute | undefined>>()

  constructor(addresses: readonly string[], trust: Pick<Trust, 'covers' | 'signs'>, warn: Warn = () => {}) {
    this.#servers = addresses.map((address) => ({
      address: address.replace(/\/+$/, ''),
      ready: undefined,
      gone: false,
    }))
    this.#trust = trust
    this.#warn = warn
  }

  /** How PATH can be had: what the first server says that somebody trusted has signed. */
  lookup(path: StorePath): Promise<Substitute | undefined> {
    let answer = this.#answers.get(path)
    if (answer === undefined) {
      answer = this.#ask(path)
      this.#answers.set(path, answer)
    }
    return answer
  }

  /** What can be had of PATHS, in their order. */
  async available(paths: readonly StorePath[]): Promise<Substitute[]> {
    const found = await Promise.all(paths.map((path) => this.lookup(path)))
    return found.filter((substitute) => substitute !== undefined)
  }

  async #ask(path: StorePath): Promise<Substitute | undefined> {
    for (const server of this.#servers) {
      server.ready ??= this.#greet(server)
      if (!(await server.ready)) continue
      const name = `${storePathHashPart(path)}.narinfo`
      const bytes = await this.#get(server, name)
      if (bytes === undefined) continue
      const substitute = this.#judge(server, path, bytes, name)
      if (substitute !== undefined) return substitute
    }
    return undefined
  }

  #judge(server: Server, path: StorePath, bytes: Uint8Array, name: string): Substitute | undefined {
    try {
      const parsed = parseNarInfo(bytes, `${server.address}/${name}`, { hashOptional: !this.#trust.signs })
      const { info } = parsed
      if (info.storePath !== path) {
        this.#warn(`${server.address}/${name} is of another item, ${info.storePath}`)
        return undefined
      }
      if (!this.#trust.covers(parsed)) return undefined
      const [source, ...others] = bestFirst(info.sources).map(
        (found): Source => ({ ...found, url: new URL(found.url, `${server.address}/`).href }),
      )
      return source === undefined ? undefined : { info, source, others, isSigned: this.#trust.signs }
    } catch (error) {
      if (!(error instanceof StrataError)) throw error
      this.#warn(error.message)
      return undefined
    }
  }

  /** Whether SERVER is there and its items are of this store. */
  async #greet(server: Server): Promise<boolean> {
    const bytes = await this.#get(server, 'nix-cache-info')
    // What it does not say of itself, its items say.
    if (bytes === undefined) return !server.gone
    const directory = /^StoreDir: *(\S+)/m.exec(Buffer.from(bytes).toString())?.[1]
    if (directory === undefined || directory === storeDirectory) return true
    this.#warn(`substitutes of ${server.address} are for the store ${directory}`)
    return false
  }

  /** A small file; undefined when there is none. A server that cannot be reached is not asked again. */
  async #get(server: Server, name: string): Promise<Uint8Array | undefined> {
    if (server.gone) return undefined
    try {
      const { body } = await openBody(`${server.address}/${name}`, AbortSignal.timeout(patience))
      const pieces: Uint8Array[] = []
      let size = 0
      for await (const piece of body) {
        pieces.push(piece)
        size += piece.length
        if (size > longestNarInfo) throw new Error(`${name} is too long`)
      }
      return Buffer.concat(pieces)
    } catch (error) {
      const failure = explainTransferError(error)
      if (failure.missing) return undefined
      if (!server.gone) this.#warn(`cannot get substitutes from ${server.address}: ${failure.message}`)
      server.gone = true
      return undefined
    }
  }
}

/** The servers at ADDRESSES, as far as STORE's access control list trusts somebody; undefined when there are none. */
export function substituteServers(
  store: Store,
  addresses: readonly string[],
  warn?: Warn,
): SubstituteServers | undefined {
  if (addresses.length === 0) return undefined
  // What tests of Guix set, whose substitutes nobody has signed.
  const everybody = process.env.GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES === 'yes'
  if (everybody) warn?.('substitutes are not authenticated, as GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES says')
  const trust = everybody
    ? { isEmpty: false, signs: false, covers: () => true }
    : new Trust(new KeyFiles(store.layout).allowed())
  return trust.isEmpty ? undefined : new SubstituteServers(addresses, trust, warn)
}

/** Those of SOURCES that can be read. */
function bestFirst(sources: readonly NarSource[]): NarSource[] {
  return knownCompressions.flatMap((compression) => sources.filter((source) => source.compression === compression))
}
