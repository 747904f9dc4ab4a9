/** A server of substitutes: the store to others over HTTP, in the layout of `guix publish`, signed for clients of Guix
 *  with this machine's key and for those of Nix with keys of theirs. */
import { closeSync, createReadStream, lstatSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip, createZstdCompress } from 'node:zlib'
import {
  formatNarInfo,
  type Hash,
  makeFixedOutputPath,
  type NarInfo,
  type NarSource,
  parseHash,
  parseStorePath,
  type StorePath,
  storeDirectory,
} from '../formats/index.ts'
import {
  KeyFiles,
  type KeyPair,
  type NixSecretKey,
  readKeyPair,
  signNarInfo,
  signNarInfoAsGuix,
} from '../keys/index.ts'
import { dumpPath, type Store } from '../store/index.ts'

/** How NARs are offered; `none` is always there for those who ask. */
export const publishedCompressions = ['gzip', 'zstd', 'none'] as const
export type PublishedCompression = (typeof publishedCompressions)[number]

export interface PublishOptions {
  readonly compressions: readonly PublishedCompression[]
  /** How hard the compressors try. */
  readonly levels?: Partial<Readonly<Record<PublishedCompression, number>>> | undefined
  /** Seconds for which clients may keep what they are told, and that there is no such item. */
  readonly ttl?: number | undefined
  readonly negativeTtl?: number | undefined
  /** Where clients find the archives: `nar`, unless it is said. */
  readonly narPath?: string | undefined
  /** Files with the keys that narinfos are signed with: this machine's unless they are said. */
  readonly publicKey?: string | undefined
  readonly privateKey?: string | undefined
  readonly nixKeys?: readonly NixSecretKey[] | undefined
  /** Where the log of the build of an item is. */
  readonly logOf?: ((item: StorePath) => string | undefined) | undefined
  readonly onRequest?: ((method: string, path: string) => void) | undefined
}

/** Items that compressing would not make smaller. */
const compressedFile = /\.(?:gz|bz2|xz|lz|lzma|tgz|tbz2?|zip|zst)$/

let dumps = 0

export class Publisher {
  readonly #store: Store
  readonly #keys: KeyPair
  readonly #publicKeyText: string
  readonly #options: PublishOptions
  readonly #narPath: readonly string[]

  /** @throws StrataError `no-signing-key`. */
  constructor(store: Store, options: PublishOptions) {
    this.#store = store
    this.#options = options
    this.#narPath = (options.narPath ?? 'nar').split('/').filter((part) => part !== '')
    const own = new KeyFiles(store.layout)
    const publicKey = options.publicKey ?? own.publicKey
    this.#keys = readKeyPair(publicKey, options.privateKey ?? own.privateKey)
    // Whoever serves may no longer be allowed to read it later.
    this.#publicKeyText = readFileSync(publicKey, 'utf8')
  }

  server(): Server {
    return createServer((request, response) => {
      this.#answer(request, response).catch(() => {
        // Somebody went away, or an item did, in the middle of an answer: the client sees that it is incomplete.
        response.destroy()
      })
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    this.#options.onRequest?.(method, path)
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    const found = await this.#render(path, response)
    if (found) return
    const { negativeTtl } = this.#options
    if (negativeTtl !== undefined && path.endsWith('.narinfo'))
      response.setHeader('cache-control', `max-age=${negativeTtl}`)
    response.writeHead(404, { 'content-type': 'text/plain' }).end(`Resource not found: ${path}`)
  }

  /** Answer for PATH; false when there is nothing. */
  async #render(path: string, response: ServerResponse): Promise<boolean> {
    const parts = decoded(path)
    if (parts === undefined) return false
    const [first = '', second = '', third = '', fourth = ''] = parts
    if (parts.length === 1) {
      if (first === 'nix-cache-info')
        return this.#text(response, `StoreDir: ${storeDirectory}\nWantMassQuery: 0\nPriority: 100\n`)
      if (first === 'signing-key.pub') {
        return this.#text(response, this.#publicKeyText)
      }
      const part = /^([0-9a-z]{32})\.narinfo$/.exec(first)?.[1]
      return part !== undefined && this.#narInfo(response, part)
    }
    if (this.#narPath.every((part, index) => part === parts[index])) {
      const [name = '', item] = parts.slice(this.#narPath.length)
      if (parts.length === this.#narPath.length + 1) return await this.#nar(response, name, 'none')
      const compression = publishedCompressions.find((known) => known === name)
      if (parts.length === this.#narPath.length + 2 && compression !== undefined)
        return await this.#nar(response, item ?? '', compression)
    }
    if (first === 'file' && third === 'sha256' && parts.length === 4) return await this.#file(response, second, fourth)
    if (first === 'log' && parts.length === 2) return await this.#log(response, second)
    return false
  }

  #valid(name: string): StorePath | undefined {
    const path = parseStorePath(`${storeDirectory}/${name}`)
    return path !== undefined && this.#store.database.isValid(path) ? path : undefined
  }

  #text(response: ServerResponse, text: string, type = 'text/plain'): boolean {
    const { ttl } = this.#options
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text) }
    response.writeHead(200, ttl === undefined ? headers : { ...headers, 'cache-control': `max-age=${ttl}` }).end(text)
    return true
  }

  #narInfo(response: ServerResponse, hashPart: string): boolean {
    const path = this.#store.database.pathWithHashPart(hashPart)
    const info = path === undefined ? undefined : this.#store.pathInfo(path)
    if (path === undefined || info === undefined) return false
    const narHash: Hash = { algorithm: 'sha256', digest: Uint8Array.fromHex(info.hash.replace(/^sha256:/, '')) }
    const name = encodeURIComponent(path.slice(storeDirectory.length + 1))
    const offered: readonly PublishedCompression[] = compressedFile.test(path) ? ['none'] : this.#options.compressions
    const directory = this.#narPath.map(encodeURIComponent).join('/')
    const sources = offered.map(
      (compression): NarSource => ({
        url: compression === 'none' ? `${directory}/${name}` : `${directory}/${compression}/${name}`,
        compression,
        fileHash: compression === 'none' ? narHash : undefined,
        fileSize: compression === 'none' ? info.narSize : undefined,
      }),
    )
    const unsigned: NarInfo = {
      storePath: path,
      sources,
      narHash,
      narSize: info.narSize,
      references: this.#store.database.references(path),
      deriver: info.deriver,
      system: undefined,
      contentAddress: undefined,
      signatures: [],
      guixSignature: undefined,
    }
    const signed = {
      ...unsigned,
      signatures: (this.#options.nixKeys ?? []).map((key) => signNarInfo(unsigned, key)),
      guixSignature: signNarInfoAsGuix(unsigned, hostname(), this.#keys),
    }
    return this.#text(response, formatNarInfo(signed), 'application/x-nix-narinfo')
  }

  async #nar(response: ServerResponse, name: string, compression: PublishedCompression): Promise<boolean> {
    const path = this.#valid(name)
    if (path === undefined) return false
    // Through a file: clients may take their time, and reading the store should not wait for them.
    const file = join(tmpdir(), `strata-nar-${process.pid}-${dumps++}`)
    const fd = openSync(file, 'wx', 0o600)
    let stream: Readable
    try {
      dumpPath(this.#store.physical(path), (bytes) => {
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      })
      stream = createReadStream(file)
      await new Promise((resolve) => stream.once('open', resolve))
    } finally {
      closeSync(fd)
      unlinkSync(file)
    }
    await this.#stream(response, stream, 'application/x-nix-archive', compression)
    return true
  }

  /** The fixed output NAME with the flat SHA-256 that HASH is. */
  async #file(response: ServerResponse, name: string, hash: string): Promise<boolean> {
    if (!/^[0-9a-df-np-sv-z]{52}$/.test(hash)) return false
    const content = { recursive: false, hash: parseHash(hash, 'sha256') }
    const path = makeFixedOutputPath(this.#store.making, content, name)
    if (!this.#store.database.isValid(path)) return false
    const file = this.#store.physical(path)
    if (!lstatSync(file).isFile()) return false
    await this.#stream(response, createReadStream(file), 'application/octet-stream', 'none')
    return true
  }

  async #log(response: ServerResponse, name: string): Promise<boolean> {
    const path = this.#valid(name) ?? parseStorePath(`${storeDirectory}/${name}`)
    const file = path === undefined ? undefined : this.#options.logOf?.(path)
    if (file === undefined) return false
    if (file.endsWith('.gz')) response.setHeader('content-encoding', 'gzip')
    if (file.endsWith('.bz2')) response.setHeader('content-encoding', 'x-bzip2')
    await this.#stream(response, createReadStream(file), 'text/plain; charset=UTF-8', 'none')
    return true
  }

  async #stream(
    response: ServerResponse,
    stream: Readable,
    type: string,
    compression: PublishedCompression,
  ): Promise<void> {
    response.writeHead(200, { 'content-type': type })
    if (compression === 'none') await pipeline(stream, response)
    else await pipeline(stream, compressor(compression, this.#options.levels?.[compression]), response)
  }
}

function compressor(method: 'gzip' | 'zstd', level: number | undefined): Transform {
  if (method === 'gzip') return createGzip({ level: level ?? 3 })
  return createZstdCompress(level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } })
}

/** The parts of PATH; undefined when it is malformed. */
function decoded(path: string): string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    return undefined
  }
}
