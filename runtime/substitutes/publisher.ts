/** A server of substitutes: the store to others over HTTP, in the layout and with the answers of `guix publish`. What it
 *  says of items is in published-narinfo.ts, NARs that it keeps in nar-cache.ts. */
import { createReadStream, lstatSync, openSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { makeFixedOutputPath, parseHash, parseStorePath, type StorePath, storeDirectory } from '../formats/index.ts'
import { KeyFiles, type NixSecretKey, readKeyPair } from '../keys/index.ts'
import type { Store } from '../store/index.ts'
import { NarCache } from './nar-cache.ts'
import {
  type CompressionChoice,
  narStream,
  type PublishedCompression,
  publishedCompressions,
  usualLevel,
} from './nar-streams.ts'
import { NarInfoWriter } from './published-narinfo.ts'

export interface PublishOptions {
  readonly compressions: readonly CompressionChoice[]
  /** Seconds for which clients may keep what they are told, and that there is no such item. */
  readonly ttl?: number | undefined
  readonly negativeTtl?: number | undefined
  /** Where clients find the archives: `nar`, unless it is said. */
  readonly narPath?: string | undefined
  /** Files with the keys that narinfos are signed with: this machine's unless they are said. */
  readonly publicKey?: string | undefined
  readonly privateKey?: string | undefined
  readonly nixKeys?: readonly NixSecretKey[] | undefined
  /** Where compressed NARs are kept; without it they are made for each request. */
  readonly cache?: PublishCache | undefined
  /** Where the log of the build of an item is. */
  readonly logOf?: ((item: StorePath) => string | undefined) | undefined
  readonly onRequest?: ((method: string, path: string) => void) | undefined
  readonly onFailure?: ((message: string) => void) | undefined
}

export interface PublishCache {
  readonly directory: string
  readonly workers: number
  /** Items with a smaller NAR are served before they are in the cache. */
  readonly bypassThreshold: number
}

/** Seconds for which clients may keep what will soon be another: the item is being compressed. */
const bakingTtl = 300

/** Items that compressing would not make smaller. */
const compressedFile = /\.(?:gz|bz2|xz|lz|lzma|tgz|tbz2?|zip|zst)$/

const none: CompressionChoice = { method: 'none', level: 0 }

const homePage = `<!DOCTYPE html>
<html><head><title>Substitutes</title></head>
<body><h1>Substitutes</h1><p>Here are store items for Guix, Nix and strata, signed with this
<a href="signing-key.pub">key</a>.</p></body></html>
`

export class Publisher {
  readonly #store: Store
  readonly #publicKeyText: string
  readonly #options: PublishOptions
  readonly #narPath: readonly string[]
  readonly #narInfos: NarInfoWriter
  readonly #cache: NarCache | undefined

  /** @throws StrataError `no-signing-key`. */
  constructor(store: Store, options: PublishOptions) {
    this.#store = store
    this.#options = options
    this.#narPath = (options.narPath ?? 'nar').split('/').filter((part) => part !== '')
    const own = new KeyFiles(store.layout)
    const publicKey = options.publicKey ?? own.publicKey
    const keys = readKeyPair(publicKey, options.privateKey ?? own.privateKey)
    // Whoever serves may no longer be allowed to read it later.
    this.#publicKeyText = readFileSync(publicKey, 'utf8')
    this.#narInfos = new NarInfoWriter(store, { keys, nixKeys: options.nixKeys ?? [], narPath: this.#narPath })
    if (options.cache !== undefined) {
      this.#cache = new NarCache({
        directory: options.cache.directory,
        workers: options.cache.workers,
        ttl: options.ttl,
        onFailure: options.onFailure ?? (() => {}),
        isThere: (path) => store.database.isValid(path),
      })
    }
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
    const path = pathOf(request.url ?? '/')
    this.#options.onRequest?.(method, path)
    const known = method === 'GET' || method === 'HEAD'
    if (known && (await this.#render(path, response))) return
    const { negativeTtl } = this.#options
    if (negativeTtl !== undefined && path.endsWith('.narinfo')) this.#notFound(response, path, negativeTtl)
    else this.#notFound(response, path)
  }

  #notFound(response: ServerResponse, path: string, ttl?: number, phrase = 'Resource not found'): true {
    if (ttl !== undefined) response.setHeader('cache-control', `max-age=${ttl}`)
    const text = `${phrase}: ${path}`
    const headers = { 'content-type': 'text/plain;charset=utf-8', 'content-length': Buffer.byteLength(text) }
    response.writeHead(404, headers).end(text)
    return true
  }

  /** Answer for PATH; false when there is nothing. */
  async #render(path: string, response: ServerResponse): Promise<boolean> {
    const parts = decoded(path)
    if (parts === undefined) return false
    const [first = '', second = '', third = '', fourth = ''] = parts
    if (parts.length === 1) {
      switch (first) {
        case '':
        case 'index.html':
          return this.#text(response, homePage, 'text/html')
        case 'nix-cache-info':
          return this.#text(response, `StoreDir: ${storeDirectory}\nWantMassQuery: 0\nPriority: 100\n`)
        case 'signing-key.pub':
          return this.#text(response, this.#publicKeyText)
      }
      const part = /^([0-9a-z]{32})\.narinfo$/.exec(first)?.[1]
      return part !== undefined && this.#narInfo(response, part, path)
    }
    if (this.#narPath.every((part, index) => part === parts[index])) {
      const [name = '', item] = parts.slice(this.#narPath.length)
      if (parts.length === this.#narPath.length + 1) return await this.#nar(response, name, none)
      const method = publishedCompressions.find((known) => known === name)
      if (parts.length === this.#narPath.length + 2 && method !== undefined && method !== 'none')
        return await this.#nar(response, item ?? '', this.#choice(method))
    }
    if (first === 'file' && third === 'sha256' && parts.length === 4) return await this.#file(response, second, fourth)
    if (first === 'log' && parts.length === 2) return await this.#log(response, second)
    return false
  }

  /** How NARs are compressed for a client that asks for METHOD. */
  #choice(method: PublishedCompression): CompressionChoice {
    return this.#options.compressions.find((known) => known.method === method) ?? { method, level: usualLevel }
  }

  #choicesFor(path: StorePath): readonly CompressionChoice[] {
    return compressedFile.test(path) ? [none] : this.#options.compressions
  }

  #text(response: ServerResponse, text: string, type = 'text/plain', ttl = this.#options.ttl): true {
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text) }
    response.writeHead(200, ttl === undefined ? headers : { ...headers, 'cache-control': `max-age=${ttl}` }).end(text)
    return true
  }

  #narInfo(response: ServerResponse, hashPart: string, url: string): boolean {
    const path = this.#store.database.pathWithHashPart(hashPart)
    const type = 'application/x-nix-narinfo'
    const cache = this.#cache
    if (cache === undefined || this.#options.cache === undefined) {
      const text = path === undefined ? undefined : this.#narInfos.text(path, this.#choicesFor(path))
      return text !== undefined && this.#text(response, text, type)
    }
    const item = path ?? cache.remembered(hashPart)
    if (item === undefined) return false
    const choices = this.#choicesFor(item)
    const kept = choices[0] === undefined ? undefined : readIfThere(cache.narInfoFile(item, choices[0].method))
    if (kept !== undefined) return this.#text(response, kept, type)
    const info = path === undefined ? undefined : this.#store.pathInfo(path)
    if (path === undefined || info === undefined) return false
    cache.bake({
      path,
      file: this.#store.physical(path),
      narSize: info.narSize,
      choices,
      narInfo: (sizes) => this.#narInfos.text(path, choices, sizes) ?? '',
    })
    if (info.narSize >= this.#options.cache.bypassThreshold)
      return this.#notFound(response, url, bakingTtl, "We're baking it")
    const text = this.#narInfos.text(path, choices)
    return text !== undefined && this.#text(response, text, type, bakingTtl)
  }

  async #nar(response: ServerResponse, name: string, choice: CompressionChoice): Promise<boolean> {
    const path = parseStorePath(`${storeDirectory}/${name}`)
    if (path === undefined) return false
    const kept = this.#cache?.narFile(path, choice.method)
    if (kept !== undefined) {
      const sent = await this.#sendFile(response, kept, 'application/octet-stream', this.#options.ttl)
      if (sent) return true
    }
    const info = this.#store.database.pathInfo(path)
    if (info === undefined) return false
    const { cache } = this.#options
    if (cache !== undefined && info.narSize >= cache.bypassThreshold) return false
    // It is being compressed for good at the same time: quickly will do.
    const level = cache === undefined ? choice.level : Math.min(choice.level, 2)
    const stream = narStream(this.#store.physical(path), info.narSize, { ...choice, level })
    if (choice.method === 'none') response.setHeader('content-length', info.narSize)
    await this.#send(response, stream, 'application/x-nix-archive')
    return true
  }

  /** The fixed output NAME with the flat SHA-256 that HASH is. */
  async #file(response: ServerResponse, name: string, hash: string): Promise<boolean> {
    if (!/^[0-9a-df-np-sv-z]{52}$/.test(hash)) return false
    const path = parseStorePath(
      makeFixedOutputPath(this.#store.making, { recursive: false, hash: parseHash(hash, 'sha256') }, name),
    )
    if (path === undefined || !this.#store.database.isValid(path)) return false
    const file = this.#store.physical(path)
    return lstatSync(file).isFile() && (await this.#sendFile(response, file, 'application/octet-stream'))
  }

  async #log(response: ServerResponse, name: string): Promise<boolean> {
    const path = parseStorePath(`${storeDirectory}/${name}`)
    const file = path === undefined ? undefined : this.#options.logOf?.(path)
    if (file === undefined) return false
    if (file.endsWith('.bz2')) return await this.#sendFile(response, file, 'application/x-bzip2;charset=ISO-8859-1')
    if (file.endsWith('.gz')) response.setHeader('content-encoding', 'gzip')
    return await this.#sendFile(response, file, 'text/plain;charset=UTF-8')
  }

  /** Send FILE; false when there is none. */
  async #sendFile(response: ServerResponse, file: string, type: string, ttl?: number): Promise<boolean> {
    let fd: number
    try {
      fd = openSync(file, 'r')
    } catch {
      return false
    }
    const stream = createReadStream(file, { fd })
    response.setHeader('content-length', lstatSync(file).size)
    if (ttl !== undefined) response.setHeader('cache-control', `max-age=${ttl}`)
    await this.#send(response, [stream], type)
    return true
  }

  async #send(response: ServerResponse, stream: readonly [Readable, ...Transform[]], type: string): Promise<void> {
    response.writeHead(200, { 'content-type': type })
    if (response.req.method === 'HEAD') {
      stream[0].destroy()
      response.end()
    } else await pipeline([...stream, response])
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** What is asked for by URL, a path or a whole address. */
function pathOf(url: string): string {
  return URL.parse(url, 'http://localhost')?.pathname ?? url
}

/** The parts of PATH; undefined when it is malformed. */
function decoded(path: string): string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    return undefined
  }
}
