/** The log of one build: on disk under var/log/guix/drvs, line by line to whoever watches,
 *  and its last lines in memory for the message of a failure. Layout: libstore of guix-daemon. */
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip, gunzipSync } from 'node:zlib'
import type { LogCompression } from './options.ts'

const keptLines = 25
const longestLine = 8192

const extensions: Readonly<Record<LogCompression, string>> = { gzip: '.gz', none: '' }

/** Where the log of DERIVATION is, below the LOG directory. */
export function logFile(log: string, derivation: string, compression: LogCompression = 'gzip'): string {
  const base = derivation.slice(derivation.lastIndexOf('/') + 1)
  return join(log, 'drvs', base.slice(0, 2), `${base.slice(2)}${extensions[compression]}`)
}

/** The log that was kept of DERIVATION, compressed or not. */
export function findLogFile(log: string, derivation: string): string | undefined {
  return [logFile(log, derivation, 'gzip'), logFile(log, derivation, 'none')].find((file) => existsSync(file))
}

/** The text of a log file. */
export function readLogFile(file: string): Uint8Array {
  const bytes = readFileSync(file)
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

export class BuildLog {
  /** Where it is on disk, if it is kept. */
  readonly path: string | undefined
  /** When something was written last, as performance.now() counts. */
  lastActivity = performance.now()
  readonly #onLine: (line: string) => void
  readonly #file: NodeJS.WritableStream
  readonly #written: Promise<void>
  readonly #decoder = new TextDecoder()
  readonly #lines: string[] = []
  #partial = ''

  /** The log of DERIVATION below the directory LOG, where it replaces an earlier one; none is kept without LOG. */
  constructor(
    log: string | undefined,
    derivation: string,
    compression: LogCompression,
    onLine: (line: string) => void,
  ) {
    this.#onLine = onLine
    if (log === undefined) {
      this.path = undefined
      this.#file = new PassThrough().resume()
      this.#written = finished(this.#file)
      return
    }
    this.path = logFile(log, derivation, compression)
    mkdirSync(dirname(this.path), { recursive: true })
    const earlier = logFile(log, derivation, compression === 'gzip' ? 'none' : 'gzip')
    rmSync(earlier, { force: true })
    const file = createWriteStream(this.path)
    const gzip = compression === 'gzip' ? createGzip() : undefined
    gzip?.pipe(file)
    this.#file = gzip ?? file
    this.#written = finished(file)
    // A full disk must not end the program here: close() reports it.
    this.#written.catch(() => {})
  }

  write(bytes: Uint8Array): void {
    this.lastActivity = performance.now()
    this.#file.write(bytes)
    this.#partial += this.#decoder.decode(bytes, { stream: true })
    const lines = this.#partial.split('\n')
    this.#partial = lines.pop() ?? ''
    for (const line of lines) this.#emit(line)
    // Programs that print dots without end still show something.
    if (this.#partial.length > longestLine) {
      this.#emit(this.#partial)
      this.#partial = ''
    }
  }

  writeLine(line: string): void {
    this.write(Buffer.from(`${line}\n`))
  }

  /** The last lines written. */
  get lastLines(): readonly string[] {
    return this.#lines
  }

  async close(): Promise<void> {
    if (this.#partial !== '') this.#emit(this.#partial)
    this.#partial = ''
    this.#file.end()
    await this.#written
  }

  #emit(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > keptLines) this.#lines.shift()
    this.#onLine(line)
  }
}
