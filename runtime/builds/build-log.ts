/** The log of one build: on disk under var/log/guix/drvs, line by line to whoever watches,
 *  and its last lines in memory for the message of a failure. Layout: libstore of guix-daemon. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, createWriteStream, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip, gunzipSync } from 'node:zlib'
import { StrataError } from '../../lang/conditions/index.ts'
import { type LogCompression, logCompressions } from './options.ts'

const keptLines = 25
const longestLine = 8192

const extensions: Readonly<Record<LogCompression, string>> = { gzip: '.gz', bzip2: '.bz2', none: '' }

/** Where the log of DERIVATION is, below the LOG directory. */
export function logFile(log: string, derivation: string, compression: LogCompression = 'gzip'): string {
  const base = derivation.slice(derivation.lastIndexOf('/') + 1)
  return join(log, 'drvs', base.slice(0, 2), `${base.slice(2)}${extensions[compression]}`)
}

/** The log that was kept of DERIVATION, compressed or not. */
export function findLogFile(log: string, derivation: string): string | undefined {
  return logCompressions.map((compression) => logFile(log, derivation, compression)).find((file) => existsSync(file))
}

/** The text of a log file. */
export function readLogFile(file: string): Uint8Array {
  if (file.endsWith('.bz2')) return execFileSync('bzip2', ['-dc', file], { maxBuffer: 1 << 30 })
  const bytes = readFileSync(file)
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

/** Whether logs can be compressed so on this machine. @throws StrataError `unsupported`. */
export function checkLogCompression(compression: LogCompression): void {
  if (compression !== 'bzip2' || spawnSync('bzip2', ['--help'], { stdio: 'ignore' }).error === undefined) return
  throw new StrataError('unsupported', 'logs cannot be compressed with bzip2: there is no such program', {
    hint: 'install bzip2, or use --log-compression=gzip',
  })
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
    for (const other of logCompressions) {
      if (other !== compression) rmSync(logFile(log, derivation, other), { force: true })
    }
    const { input, written } = compression === 'bzip2' ? throughBzip2(this.path) : toFile(this.path, compression)
    this.#file = input
    this.#written = written
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

/** A stream whose bytes end up in a file, and when all have. */
interface Sink {
  readonly input: NodeJS.WritableStream
  readonly written: Promise<void>
}

function toFile(path: string, compression: 'gzip' | 'none'): Sink {
  const file = createWriteStream(path)
  const written = finished(file)
  if (compression === 'none') return { input: file, written }
  const gzip = createGzip()
  gzip.pipe(file)
  return { input: gzip, written }
}

function throughBzip2(path: string): Sink {
  const fd = openSync(path, 'w')
  // In a process group of its own: an interrupt from the terminal is not to cut the log off.
  const program = spawn('bzip2', ['-c'], { stdio: ['pipe', fd, 'ignore'], detached: true })
  closeSync(fd)
  const input = program.stdin
  if (input === null) throw new Error('a program without the input that was asked for')
  // That it ended early is told by its status.
  input.on('error', () => {})
  const written = new Promise<void>((resolve, reject) => {
    program.once('error', reject)
    program.once('close', (status) => {
      if (status === 0) resolve()
      else reject(new Error(`bzip2 could not write ${path}`))
    })
  })
  return { input, written }
}
