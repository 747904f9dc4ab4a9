/** The entries of earlier sessions: one file, an entry a line, with the line breaks of longer ones escaped. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const MOST = 2000

export function historyFile(): string {
  const state = process.env.XDG_STATE_HOME || join(process.env.HOME ?? homedir(), '.local/state')
  return join(state, 'strata/repl-history')
}

function encode(entry: string): string {
  return entry.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function decode(line: string): string {
  return line.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character))
}

export class Entries {
  readonly #file: string | undefined
  /** The oldest first. */
  readonly list: string[] = []

  /** @param file where they are kept; undefined keeps nothing. */
  constructor(file: string | undefined) {
    this.#file = file
    if (file === undefined) return
    let text = ''
    try {
      text = readFileSync(file, 'utf8')
    } catch {
      // There is none yet.
    }
    const lines = text.split('\n').filter((line) => line !== '')
    this.list.push(...lines.slice(-MOST).map(decode))
    if (lines.length > 2 * MOST) this.#write(() => writeFileSync(file, `${lines.slice(-MOST).join('\n')}\n`))
  }

  add(entry: string): void {
    if (entry.trim() === '' || this.list.at(-1) === entry) return
    this.list.push(entry)
    const file = this.#file
    if (file === undefined) return
    this.#write(() => {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      appendFileSync(file, `${encode(entry)}\n`, { mode: 0o600 })
    })
  }

  #write(write: () => void): void {
    try {
      write()
    } catch {
      // A history that cannot be kept is no reason to stop.
    }
  }
}
