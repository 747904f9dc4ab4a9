/** Editing one entry, which may have several lines: what each key does to the text and the cursor.
 *  Knows no terminal (see terminal.ts). The keys are Emacs's, as readline has them. */
import { indentation, isComplete } from './input.ts'

/** A key as `node:readline` tells it. */
export interface Key {
  readonly name?: string | undefined
  readonly ctrl?: boolean
  readonly meta?: boolean
  readonly sequence?: string
}

/** What the key asks of the terminal. */
export type EditorEvent = 'redraw' | 'submit' | 'interrupt' | 'end' | 'complete' | 'clear' | 'suspend'

const word = /[^\s()[\]"';`,]/

export class Editor {
  text = ''
  cursor = 0
  /** The search for an earlier entry that is going on. */
  search: { query: string; readonly before: string; at: number } | undefined
  readonly #history: readonly string[]
  #at: number
  /** The entry being written while earlier ones are looked at. */
  #draft = ''
  #killed = ''
  #pasting = false

  constructor(history: readonly string[]) {
    this.#history = history
    this.#at = history.length
  }

  /** Put TEXT at the cursor. */
  insert(text: string): void {
    this.text = this.text.slice(0, this.cursor) + text + this.text.slice(this.cursor)
    this.cursor += text.length
  }

  /** Put TEXT in the place of what lies between START and the cursor. */
  replaceFrom(start: number, text: string): void {
    this.text = this.text.slice(0, start) + text + this.text.slice(this.cursor)
    this.cursor = start + text.length
  }

  press(characters: string | undefined, key: Key): EditorEvent {
    if (key.name === 'paste-start') this.#pasting = true
    else if (key.name === 'paste-end') this.#pasting = false
    if (key.name === 'paste-start' || key.name === 'paste-end') return 'redraw'
    if (this.search !== undefined) {
      const event = this.#pressInSearch(this.search, characters, key)
      if (event !== undefined) return event
    }
    if (key.ctrl === true) return this.#control(key.name)
    if (key.meta === true) return this.#meta(key.name)
    switch (key.name) {
      case 'return':
      case 'enter':
        return this.#enter()
      case 'tab':
        if (/(^|\n)[ ]*$/.test(this.text.slice(0, this.cursor))) return this.#indent()
        return 'complete'
      case 'backspace':
        return this.#delete(this.cursor - 1, this.cursor, false)
      case 'delete':
        return this.#delete(this.cursor, this.cursor + 1, false)
      case 'left':
        return this.#move(this.cursor - 1)
      case 'right':
        return this.#move(this.cursor + 1)
      case 'home':
        return this.#move(this.#lineStart())
      case 'end':
        return this.#move(this.#lineEnd())
      case 'up':
        return this.#up()
      case 'down':
        return this.#down()
      case 'escape':
        return 'redraw'
    }
    if (characters !== undefined && characters >= ' ' && characters !== '\x7f') this.insert(characters)
    return 'redraw'
  }

  #enter(): EditorEvent {
    const isAtEnd = this.text.slice(this.cursor).trim() === ''
    if (isComplete(this.text) && (isAtEnd || !this.#pasting)) {
      this.cursor = this.text.length
      return 'submit'
    }
    const before = this.text.slice(0, this.cursor)
    this.insert(`\n${this.#pasting ? '' : ' '.repeat(indentation(before))}`)
    return 'redraw'
  }

  #indent(): EditorEvent {
    const start = this.#lineStart()
    this.replaceFrom(start, ' '.repeat(start === 0 ? 0 : indentation(this.text.slice(0, start - 1))))
    return 'redraw'
  }

  #control(name: string | undefined): EditorEvent {
    switch (name) {
      case 'c':
        return 'interrupt'
      case 'd':
        return this.text === '' ? 'end' : this.#delete(this.cursor, this.cursor + 1, false)
      case 'l':
        return 'clear'
      case 'z':
        return 'suspend'
      case 'a':
        return this.#move(this.#lineStart())
      case 'e':
        return this.#move(this.#lineEnd())
      case 'b':
        return this.#move(this.cursor - 1)
      case 'f':
        return this.#move(this.cursor + 1)
      case 'left':
        return this.#move(this.#wordStart())
      case 'right':
        return this.#move(this.#wordEnd())
      case 'p':
        return this.#up()
      case 'n':
        return this.#down()
      case 'k':
        return this.#delete(this.cursor, Math.max(this.#lineEnd(), this.cursor + 1), true)
      case 'u':
        return this.#delete(this.#lineStart(), this.cursor, true)
      case 'w':
        return this.#delete(this.#wordStart(), this.cursor, true)
      case 'y':
        this.insert(this.#killed)
        return 'redraw'
      case 'h':
        return this.#delete(this.cursor - 1, this.cursor, false)
      case 'j':
        return this.#enter()
      case 't':
        return this.#transpose()
      case 'r':
        this.search = { query: '', before: this.text, at: this.#history.length }
    }
    return 'redraw'
  }

  #meta(name: string | undefined): EditorEvent {
    switch (name) {
      case 'b':
      case 'left':
        return this.#move(this.#wordStart())
      case 'f':
      case 'right':
        return this.#move(this.#wordEnd())
      case 'd':
        return this.#delete(this.cursor, this.#wordEnd(), true)
      case 'backspace':
        return this.#delete(this.#wordStart(), this.cursor, true)
      case 'return':
      case 'enter':
        this.insert('\n')
    }
    return 'redraw'
  }

  /** Undefined when the search is over and the key means what it always does. */
  #pressInSearch(
    search: { query: string; readonly before: string; at: number },
    characters: string | undefined,
    key: Key,
  ): EditorEvent | undefined {
    if (key.ctrl === true && (key.name === 'r' || key.name === 's')) {
      this.#find(search.query, search.at + (key.name === 'r' ? -1 : 1), key.name === 'r' ? -1 : 1, this.text)
      return 'redraw'
    }
    if ((key.ctrl === true && (key.name === 'g' || key.name === 'c')) || key.name === 'escape') {
      this.search = undefined
      if (key.name !== 'escape') this.#set(search.before)
      return 'redraw'
    }
    if (key.name === 'backspace') {
      search.query = search.query.slice(0, -1)
      this.#find(search.query, this.#history.length - 1, -1)
      return 'redraw'
    }
    if (
      key.ctrl !== true &&
      key.meta !== true &&
      characters !== undefined &&
      characters >= ' ' &&
      characters < '\x7f'
    ) {
      search.query += characters
      this.#find(search.query, Math.min(search.at, this.#history.length - 1), -1)
      return 'redraw'
    }
    this.search = undefined
    this.#at = search.at
    return undefined
  }

  #find(query: string, from: number, step: -1 | 1, other?: string): void {
    if (this.search === undefined) return
    for (let i = from; i >= 0 && i < this.#history.length; i += step) {
      const entry = this.#history[i]
      if (entry === undefined || !entry.includes(query) || entry === other) continue
      this.search.at = i
      this.#set(entry)
      return
    }
  }

  #set(text: string): void {
    this.text = text
    this.cursor = text.length
  }

  #move(to: number): EditorEvent {
    this.cursor = Math.max(0, Math.min(this.text.length, to))
    return 'redraw'
  }

  #delete(start: number, end: number, kill: boolean): EditorEvent {
    const from = Math.max(0, start)
    if (kill) this.#killed = this.text.slice(from, end)
    this.text = this.text.slice(0, from) + this.text.slice(end)
    this.cursor = from
    return 'redraw'
  }

  #transpose(): EditorEvent {
    const at = Math.min(this.cursor, this.text.length - 1)
    if (at < 1) return 'redraw'
    const swapped = `${this.text[at]}${this.text[at - 1]}`
    this.text = this.text.slice(0, at - 1) + swapped + this.text.slice(at + 1)
    this.cursor = at + 1
    return 'redraw'
  }

  #lineStart(): number {
    return this.text.lastIndexOf('\n', this.cursor - 1) + 1
  }

  #lineEnd(): number {
    const end = this.text.indexOf('\n', this.cursor)
    return end < 0 ? this.text.length : end
  }

  #wordStart(): number {
    let at = this.cursor
    while (at > 0 && !word.test(this.text[at - 1] ?? '')) at--
    while (at > 0 && word.test(this.text[at - 1] ?? '')) at--
    return at
  }

  #wordEnd(): number {
    let at = this.cursor
    while (at < this.text.length && !word.test(this.text[at] ?? '')) at++
    while (at < this.text.length && word.test(this.text[at] ?? '')) at++
    return at
  }

  /** To the line above, or to the entry before. */
  #up(): EditorEvent {
    const start = this.#lineStart()
    if (start > 0) {
      const above = this.text.lastIndexOf('\n', start - 2) + 1
      return this.#move(Math.min(above + this.cursor - start, start - 1))
    }
    if (this.#at === 0) return 'redraw'
    if (this.#at === this.#history.length) this.#draft = this.text
    this.#at--
    this.#set(this.#history[this.#at] ?? '')
    return 'redraw'
  }

  #down(): EditorEvent {
    const end = this.#lineEnd()
    if (end < this.text.length) {
      const column = this.cursor - this.#lineStart()
      const next = this.text.indexOf('\n', end + 1)
      return this.#move(Math.min(end + 1 + column, next < 0 ? this.text.length : next))
    }
    if (this.#at >= this.#history.length) return 'redraw'
    this.#at++
    this.#set(this.#at === this.#history.length ? this.#draft : (this.#history[this.#at] ?? ''))
    return 'redraw'
  }
}
