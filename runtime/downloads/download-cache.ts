/** Files downloaded before, by the hash of their contents: what was fetched once for any store of
 *  this user is never fetched again. */
import { constants, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Hash } from '../formats/index.ts'

export class DownloadCache {
  readonly #directory: string

  constructor(cacheDirectory: string) {
    this.#directory = join(cacheDirectory, 'downloads')
  }

  /** The cached file with HASH, if there is one. Its contents must still be verified. */
  find(hash: Hash): string | undefined {
    const file = this.#name(hash)
    return existsSync(file) ? file : undefined
  }

  /** Keep a copy of FILE, whose contents have HASH. A cache that cannot be written is no failure. */
  add(hash: Hash, file: string): void {
    const target = this.#name(hash)
    const temporary = `${target}.${process.pid}.tmp`
    try {
      mkdirSync(this.#directory, { recursive: true })
      copyFileSync(file, temporary, constants.COPYFILE_FICLONE)
      renameSync(temporary, target)
    } catch {
      rmSync(temporary, { force: true })
    }
  }

  /** Forget a file that turned out damaged. */
  remove(hash: Hash): void {
    rmSync(this.#name(hash), { force: true })
  }

  #name(hash: Hash): string {
    return join(this.#directory, `${hash.algorithm}-${hash.digest.toHex()}`)
  }
}
