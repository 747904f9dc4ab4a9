/** Reading entries from a terminal: keys from `node:readline`, the entry drawn anew after each. */
import { emitKeypressEvents } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Palette } from './colors.ts'
import { Editor, type Key } from './editor.ts'
import { matchingParenthesis } from './input.ts'

/** What may stand in the place of the text from START to the cursor. */
export interface Completion {
  readonly start: number
  readonly candidates: readonly string[]
}

export interface TerminalOptions {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly palette: Palette
  readonly complete: (before: string) => Completion
}

/** What the user did: an entry, Ctrl-C, or Ctrl-D. */
export type Reading = { readonly kind: 'entry'; readonly text: string } | { readonly kind: 'interrupt' | 'end' }

export class Terminal {
  readonly #options: TerminalOptions
  /** The row of the cursor, counted from the prompt's. */
  #row = 0
  /** Keys that came while nothing was read. */
  readonly #early: [string | undefined, Key][] = []
  #receive: ((characters: string | undefined, key: Key) => void) | undefined
  readonly #onKey = (characters: string | undefined, key: Key): void => {
    if (this.#receive === undefined) this.#early.push([characters, key])
    else this.#receive(characters, key)
  }

  constructor(options: TerminalOptions) {
    this.#options = options
    emitKeypressEvents(options.input)
    options.input.on('keypress', this.#onKey)
  }

  /** Read one entry. While it is read the terminal gives keys; at other times it is as programs expect it. */
  read(prompt: string, history: readonly string[]): Promise<Reading> {
    const { input, output, palette } = this.#options
    const editor = new Editor(history)
    let tabs = 0
    this.#row = 0
    return new Promise((resolve) => {
      const finish = (reading: Reading): void => {
        this.#receive = undefined
        editor.cursor = editor.text.length
        this.#draw(prompt, editor, false)
        output.write('\x1b[?2004l\n')
        input.setRawMode(false)
        input.pause()
        resolve(reading)
      }
      this.#receive = (characters, key) => {
        const event = editor.press(characters, key)
        tabs = event === 'complete' ? tabs + 1 : 0
        if (event === 'submit') return finish({ kind: 'entry', text: editor.text })
        if (event === 'interrupt') return finish({ kind: 'interrupt' })
        if (event === 'end') return finish({ kind: 'end' })
        if (event === 'complete') this.#complete(prompt, editor, tabs)
        if (event === 'suspend') this.#suspend(() => this.#draw(prompt, editor, true))
        if (event === 'clear') {
          output.write('\x1b[H\x1b[2J')
          this.#row = 0
        }
        this.#draw(prompt, editor, true)
      }
      input.setRawMode(true)
      input.resume()
      // What a program has written without a line break stays: past a mark and blanks of a whole line, the cursor is
      // on a fresh one.
      output.write(`\x1b[?2004h${palette.faint('⏎')}${' '.repeat(this.#width() - 1)}\r`)
      this.#draw(prompt, editor, true)
      while (this.#receive !== undefined && this.#early.length > 0) {
        const [characters, key] = this.#early.shift() ?? [undefined, {}]
        this.#receive(characters, key)
      }
    })
  }

  close(): void {
    this.#options.input.off('keypress', this.#onKey)
    this.#options.input.pause()
  }

  #complete(prompt: string, editor: Editor, tabs: number): void {
    const { candidates, start } = this.#options.complete(editor.text.slice(0, editor.cursor))
    const [first] = candidates
    if (first === undefined) return
    const common = candidates.reduce(commonPrefix, first)
    const typed = editor.text.slice(start, editor.cursor)
    if (common.length > typed.length || candidates.length === 1) {
      const closes = candidates.length === 1 && !/[/"(]$/.test(common)
      editor.replaceFrom(start, closes && editor.cursor === editor.text.length ? `${common} ` : common)
    } else if (tabs > 1) {
      this.#draw(prompt, { ...editor, cursor: editor.text.length }, false)
      this.#options.output.write(`\n${columns(candidates, this.#width())}\n`)
      this.#row = 0
    }
  }

  /** Ctrl-Z: stop the process until the shell continues it. */
  #suspend(redraw: () => void): void {
    const { input, output } = this.#options
    input.setRawMode(false)
    output.write('\x1b[?2004l')
    process.once('SIGCONT', () => {
      input.setRawMode(true)
      output.write('\x1b[?2004h')
      this.#row = 0
      redraw()
    })
    process.kill(process.pid, 'SIGTSTP')
  }

  #width(): number {
    return this.#options.output.columns || 80
  }

  #draw(prompt: string, editor: Pick<Editor, 'text' | 'cursor' | 'search'>, live: boolean): void {
    const { output, palette } = this.#options
    const { text, cursor, search } = editor
    const shown = search === undefined || !live ? prompt : `(reverse-i-search)\`${search.query}': `
    const margin = '.'.repeat(Math.max(0, [...prompt].length - 1)).concat(' ')
    const first = shown.length
    const lines = colored(text, cursor, palette, live).split('\n')
    const drawn = lines.map((line, i) => (i === 0 ? palette.prompt(shown) : palette.faint(margin)) + line).join('\n')
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : ''
    const width = this.#width()
    // Where the cursor and the end of the text are, in rows from the prompt's and columns.
    const place = (offset: number): { row: number; column: number } => {
      const before = text.slice(0, offset).split('\n')
      let row = 0
      before.forEach((line, i) => {
        const length = (i === 0 ? first : margin.length) + displayWidth(line)
        if (i < before.length - 1) row += Math.max(1, Math.ceil(length / width))
        else row += Math.floor(length / width)
      })
      const last = before.at(-1) ?? ''
      return { row, column: ((before.length === 1 ? first : margin.length) + displayWidth(last)) % width }
    }
    const end = place(text.length)
    const at = place(cursor)
    // A full last row: the terminal itself would wait for the next character.
    const wrap = end.column === 0 && end.row > 0 && !text.endsWith('\n') ? '\n' : ''
    const back = end.row > at.row ? `\x1b[${end.row - at.row}A` : ''
    const right = at.column > 0 ? `\x1b[${at.column}C` : ''
    output.write(`${up}\r\x1b[J${drawn}${wrap}${back}\r${right}`)
    this.#row = at.row
  }
}

/** The text in colours, with the parenthesis that matches the one before the cursor marked. */
function colored(text: string, cursor: number, palette: Palette, live: boolean): string {
  const at = /[)\]]/.test(text[cursor - 1] ?? '') ? cursor - 1 : /[([]/.test(text[cursor] ?? '') ? cursor : undefined
  const match = live && palette.enabled && at !== undefined ? matchingParenthesis(text, at) : undefined
  if (match === undefined) return palette.scheme(text)
  return palette.scheme(text.slice(0, match)) + palette.match(text[match] ?? '') + palette.scheme(text.slice(match + 1))
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u

function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += wide.test(character) ? 2 : 1
  return width
}

function commonPrefix(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}

/** Names in columns, as `ls` shows them. */
function columns(names: readonly string[], width: number): string {
  const shown = names.slice(0, 200)
  const cell = Math.max(...shown.map((name) => name.length)) + 2
  const perRow = Math.max(1, Math.floor(width / cell))
  const rows = Math.ceil(shown.length / perRow)
  const lines = Array.from({ length: rows }, (_, row) =>
    shown
      .filter((_, i) => i % rows === row)
      .map((name) => name.padEnd(cell))
      .join('')
      .trimEnd(),
  )
  if (names.length > shown.length) lines.push(`… and ${names.length - shown.length} more`)
  return lines.join('\n')
}
