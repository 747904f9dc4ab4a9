/** The log of one build: compressed on disk under var/log/guix/drvs, line by line to whoever watches,
 *  and its last lines in memory for the message of a failure. Layout: libstore of guix-daemon. */
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGzip, type Gzip } from 'node:zlib'
import type { StorePath } from '../formats/index.ts'

const keptLines = 25
const longestLine = 8192

/** Where the log of DERIVATION is, below the LOG directory. */
export function logFile(log: string, derivation: StorePath): string {
  const base = derivation.slice(derivation.lastIndexOf('/') + 1)
  return join(log, 'drvs', base.slice(0, 2), `${base.slice(2)}.gz`)
}

export class BuildLog {
  readonly path: string
  /** When something was written last, as performance.now() counts. */
  lastActivity = performance.now()
  readonly #onLine: (line: string) => void
  readonly #gzip: Gzip
  readonly #written: Promise<void>
  readonly #decoder = new TextDecoder()
  readonly #lines: string[] = []
  #partial = ''

  constructor(path: string, onLine: (line: string) => void) {
    this.path = path
    this.#onLine = onLine
    mkdirSync(dirname(path), { recursive: true })
    this.#gzip = createGzip()
    const file = createWriteStream(path)
    this.#written = finished(this.#gzip.pipe(file))
    // A full disk must not end the program here: close() reports it.
    this.#written.catch(() => {})
  }

  write(bytes: Uint8Array): void {
    this.lastActivity = performance.now()
    this.#gzip.write(bytes)
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
    this.#gzip.end()
    await this.#written
  }

  #emit(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > keptLines) this.#lines.shift()
    this.#onLine(line)
  }
}
