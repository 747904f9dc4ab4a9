/** A directory in which a server of substitutes keeps the NARs it compressed, with their narinfos, so that each is
 *  compressed once, stays when its item is gone, and has a size that clients can be told.
 *  Layout and rules are those of `guix publish --cache`: METHOD/ITEM.nar, METHOD/ITEM.narinfo, and hashes/HASH with the
 *  name of the item; a file appears only when it is complete. */
import {
  createWriteStream,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseStorePath, type StorePath, storeDirectory } from '../formats/index.ts'
import { existsLink } from '../store/index.ts'
import { type CompressionChoice, narStream, type PublishedCompression, publishedCompressions } from './nar-streams.ts'

export interface NarCacheOptions {
  readonly directory: string
  /** How many items are compressed at the same time. */
  readonly workers: number
  /** Seconds for which a NAR is kept after its item is gone and nobody asks for it; without it, for good. */
  readonly ttl?: number | undefined
  readonly onFailure: (message: string) => void
  /** Whether an item is in the store: what is kept of it does not expire. */
  readonly isThere: (path: StorePath) => boolean
}

/** An item to be compressed. */
export interface Baking {
  readonly path: StorePath
  /** Where it is, and how large its NAR. */
  readonly file: string
  readonly narSize: number
  readonly choices: readonly CompressionChoice[]
  /** The narinfo, once the sizes of the compressed NARs are known. */
  readonly narInfo: (sizes: ReadonlyMap<PublishedCompression, number>) => string
}

function nameOf(path: StorePath): string {
  return path.slice(storeDirectory.length + 1)
}

export class NarCache {
  readonly #options: NarCacheOptions
  readonly #baking = new Set<StorePath>()
  readonly #queue: Baking[] = []
  #busy = 0

  constructor(options: NarCacheOptions) {
    this.#options = options
  }

  narFile(path: StorePath, method: PublishedCompression): string {
    return join(this.#options.directory, method, `${nameOf(path)}.nar`)
  }

  narInfoFile(path: StorePath, method: PublishedCompression): string {
    return join(this.#options.directory, method, `${nameOf(path)}.narinfo`)
  }

  #mappingFile(hashPart: string): string {
    return join(this.#options.directory, 'hashes', hashPart)
  }

  /** The item of which HASHPART is the hash, remembered from when it was there. */
  remembered(hashPart: string): StorePath | undefined {
    try {
      const path = parseStorePath(readFileSync(this.#mappingFile(hashPart), 'utf8'))
      return path !== undefined && nameOf(path).startsWith(hashPart) ? path : undefined
    } catch {
      return undefined
    }
  }

  #remember(path: StorePath): void {
    writeWhole(this.#mappingFile(nameOf(path).slice(0, 32)), path)
  }

  /** Have an item compressed when there is time. */
  bake(baking: Baking): void {
    if (this.#baking.has(baking.path)) return
    this.#baking.add(baking.path)
    this.#queue.push(baking)
    this.#work()
  }

  #work(): void {
    while (this.#busy < this.#options.workers) {
      const next = this.#queue.shift()
      if (next === undefined) return
      this.#busy++
      void this.#bakeNow(next).finally(() => {
        this.#busy--
        this.#baking.delete(next.path)
        this.#work()
      })
    }
  }

  async #bakeNow({ path, file, narSize, choices, narInfo }: Baking): Promise<void> {
    const [main, ...others] = choices
    if (main === undefined) return
    try {
      if (existsLink(this.narInfoFile(path, main.method))) return
      const sizes = new Map<PublishedCompression, number>()
      for (const choice of choices) {
        const target = this.narFile(path, choice.method)
        const temporary = `${target}.tmp`
        mkdirSync(dirname(target), { recursive: true })
        await pipeline([...narStream(file, narSize, choice), createWriteStream(temporary)])
        sizes.set(choice.method, statSync(temporary).size)
        renameSync(temporary, target)
      }
      this.#remember(path)
      const written = this.narInfoFile(path, main.method)
      writeWhole(written, narInfo(sizes))
      // One file, so that all of its NARs expire together.
      for (const { method } of others) {
        const other = this.narInfoFile(path, method)
        rmSync(other, { force: true })
        linkSync(written, other)
      }
    } catch (error) {
      // The item went away, or there is no space: the next request tries again.
      for (const { method } of choices) this.#removeTemporary(path, method)
      this.#options.onFailure(`${path} was not compressed: ${error instanceof Error ? error.message : error}`)
    }
    this.#removeExpired()
  }

  #removeTemporary(path: StorePath, method: PublishedCompression): void {
    try {
      rmSync(`${this.narFile(path, method)}.tmp`, { force: true })
    } catch {
      // There is not even its directory.
    }
  }

  /** Remove what expired, unless that was done not long ago. */
  #removeExpired(): void {
    const { directory, ttl, onFailure } = this.#options
    if (ttl === undefined) return
    const now = Math.floor(Date.now() / 1000)
    const stamp = join(directory, 'last-expiry-cleanup')
    try {
      if (existsLink(stamp) && Number(readFileSync(stamp, 'utf8')) + ttl > now) return
      for (const method of publishedCompressions) {
        for (const name of existsLink(join(directory, method)) ? readdirSync(join(directory, method)) : []) {
          const path = name.endsWith('.narinfo') ? parseStorePath(`${storeDirectory}/${name.slice(0, -8)}`) : undefined
          if (path === undefined || this.#expiration(path, method, ttl) > now) continue
          for (const file of [this.narInfoFile(path, method), this.narFile(path, method)]) rmSync(file, { force: true })
          rmSync(this.#mappingFile(nameOf(path).slice(0, 32)), { force: true })
        }
      }
      writeWhole(stamp, String(now))
    } catch (error) {
      onFailure(`the cache was not cleaned: ${error instanceof Error ? error.message : error}`)
    }
  }

  /** When, in seconds, what is kept of PATH expires: never while the item is there. */
  #expiration(path: StorePath, method: PublishedCompression, ttl: number): number {
    if (this.#options.isThere(path)) return Number.POSITIVE_INFINITY
    return statSync(this.narInfoFile(path, method)).atimeMs / 1000 + ttl
  }
}

/** Write TEXT to FILE, which has all of it or is not there. */
function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, file)
}
