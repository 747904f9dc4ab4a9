/** Reading data from a text: all of a file's, one after the other, or one at an offset (for ports and the REPL).
 *  Not the grammar (grammar.ts). Mistakes become Guile's `read-error`; input that merely
 *  ends too early is told apart, so that a REPL can ask for more. */
import { createTokenInstance, type IToken } from 'chevrotain'
import { raiseAt } from '../conditions/index.ts'
import { formatSpan, type SourceFile, type Span } from '../source/index.ts'
import { list, SchemeString, type Value } from '../values/index.ts'
import type { Dialect } from './atoms.ts'
import { withInnerDataRead } from './deep-data.ts'
import { ReadFailure } from './failure.ts'
import { datumParser, type ParsedDatum } from './grammar.ts'
import { missingClose } from './missing-close.ts'
import { Extension, OtherHash, tokenize } from './tokens.ts'

export interface ReadOptions {
  /** Make plain pairs without spans. */
  readonly plainPairs?: boolean
  /** Make data for programs, whose strings can be changed, not code. */
  readonly forPrograms?: boolean
  readonly foldCase?: boolean
  /** R7RS' symbols between bars, and its escapes in strings instead of Guile's. */
  readonly r7rs?: boolean
  /** What `read-hash-extend` has set up; by default what `installHashExtension` got. */
  readonly extension?: HashExtension | undefined
}

/** Reads the datum after `#` and CHARACTER at OFFSET of TEXT; undefined when it means nothing. */
export type HashExtension = (character: string, text: string, offset: number) => ParsedDatum | undefined

/** What `read-enable` and `read-set!` have set, for all reading that does not say otherwise. */
export const readerDefaults: Dialect & { positions: boolean } = {
  /** Whether data for programs know where they were read. */
  positions: true,
  foldCase: false,
  r7rs: false,
  barSymbols: false,
  keywords: undefined,
}

function dialectOf(options: ReadOptions): Dialect {
  return {
    foldCase: options.foldCase ?? readerDefaults.foldCase,
    r7rs: options.r7rs === true || readerDefaults.r7rs,
    barSymbols: options.r7rs === true || readerDefaults.barSymbols,
    keywords: readerDefaults.keywords,
  }
}

let installedExtension: HashExtension | undefined

/** Let all reading go by what the current realm's `read-hash-extend` says; modules/ installs it. */
export function installHashExtension(extension: HashExtension): void {
  installedExtension = extension
}

export type ReadResult =
  | { readonly kind: 'datum'; readonly datum: Value; readonly end: number }
  | { readonly kind: 'end' }
  | ReadProblem

export interface ReadProblem {
  /** `incomplete`: more text could make it readable. */
  readonly kind: 'incomplete' | 'malformed'
  readonly message: string
  readonly irritants: readonly Value[]
  readonly span: Span
  /** The innermost parenthesis, string or comment that is still open. */
  readonly opening: Span | undefined
}

/** Reads the data of a source file in order. */
export class DatumReader {
  readonly source: SourceFile
  private readonly options: ReadOptions
  private dialect: Dialect
  /** What options and defaults said when they were looked at last; directives in the text change `dialect` alone. */
  private chosen: Dialect
  private tokens: IToken[] | undefined
  private readonly ready: ParsedDatum[] = []
  private taken = 0
  private problem: { readonly failure: ReadFailure; readonly token: IToken | undefined } | undefined
  private resumeAt = 0

  constructor(source: SourceFile, options: ReadOptions = {}) {
    this.source = source
    this.options = options
    this.dialect = dialectOf(options)
    this.chosen = dialectOf(options)
  }

  /** The next datum. After a problem every further call reports it again. */
  next(): ReadResult {
    if (this.tokens === undefined) {
      this.tokens = tokenize(this.source.text, this.dialect.barSymbols)
      this.parse(this.tokens)
    }
    const before = this.chosen
    const now = dialectOf(this.options)
    if (before.keywords !== now.keywords || before.barSymbols !== now.barSymbols || before.r7rs !== now.r7rs) {
      // What was read since has chosen otherwise: that holds for the rest.
      this.chosen = now
      this.dialect = { ...this.dialect, keywords: now.keywords, barSymbols: now.barSymbols, r7rs: now.r7rs }
      const end = this.ready[this.taken - 1]?.end ?? this.resumeAt
      this.tokens = tokensFrom(this.source.text, end, this.dialect)
      this.parse(this.tokens)
    }
    for (;;) {
      const parsed = this.ready[this.taken]
      if (parsed !== undefined) {
        this.taken++
        return { kind: 'datum', datum: parsed.datum, end: parsed.end }
      }
      if (this.problem === undefined) return { kind: 'end' }
      // A procedure given to read-hash-extend by an earlier datum may make sense of it now.
      const tokens = this.extend(this.problem.token)
      if (tokens === undefined) return describe(this.problem.failure, this.source, 0)
      this.tokens = tokens
      this.parse(tokens.filter((token) => token.startOffset >= this.resumeAt))
    }
  }

  private parse(tokens: IToken[]): void {
    const source = this.source
    const dialect = this.dialect
    const located = this.options.plainPairs !== true
    this.ready.length = 0
    this.taken = 0
    const outcome = runParser(
      tokens,
      'data',
      this.ready,
      source,
      0,
      dialect,
      located,
      this.options.forPrograms === true,
      source.text.length,
    )
    this.problem = outcome
    this.resumeAt = this.ready.at(-1)?.end ?? this.resumeAt
  }

  private extend(token: IToken | undefined): IToken[] | undefined {
    const extension = this.options.extension ?? installedExtension
    if (token === undefined || token.tokenType !== OtherHash || extension === undefined) return undefined
    const read = extension(token.image.slice(1), this.source.text, token.startOffset + token.image.length)
    if (read === undefined) return undefined
    const before = (this.tokens ?? []).filter((other) => other.startOffset < token.startOffset)
    return [...before, extensionToken(token.startOffset, read), ...tokensFrom(this.source.text, read.end, this.dialect)]
  }
}

/** Read the datum at OFFSET of TEXT. Reads ahead no further than it must, so that a long text is read datum by datum in linear time. */
export function readDatum(source: SourceFile, offset: number, options: ReadOptions = {}): ReadResult {
  const { text } = source
  const dialect = dialectOf(options)
  const located = options.plainPairs !== true
  const extension = options.extension ?? installedExtension
  for (let size = 256; ; size *= 4) {
    const windowEnd = Math.min(text.length, offset + size)
    const complete = windowEnd === text.length
    let tokens = tokenize(text.slice(offset, windowEnd), dialect.barSymbols)
    for (;;) {
      const into: ParsedDatum[] = []
      const outcome = runParser(
        tokens,
        'first',
        into,
        source,
        offset,
        dialect,
        located,
        options.forPrograms === true,
        windowEnd - offset,
      )
      const parsed = into[0]
      if (parsed !== undefined) {
        // A token that touches the window's edge may go on behind it.
        if (!complete && offset + parsed.end === windowEnd) break
        return { kind: 'datum', datum: parsed.datum, end: offset + parsed.end }
      }
      if (outcome === undefined) {
        if (complete) return { kind: 'end' }
        break
      }
      const { failure, token } = outcome
      if (!complete && (failure.incomplete || offset + failure.end >= windowEnd - 1)) break
      if (token?.tokenType === OtherHash && extension !== undefined) {
        const after = offset + token.startOffset + token.image.length
        const read = extension(token.image.slice(1), text, after)
        if (read !== undefined) {
          const end = Math.max(0, read.end - offset)
          const rest = text.slice(read.end, Math.max(windowEnd, Math.min(text.length, read.end + 256)))
          const before = tokens.filter((other) => other.startOffset < token.startOffset)
          const made = extensionToken(token.startOffset, { datum: read.datum, end })
          tokens = [...before, made, ...shifted(tokenize(rest, dialect.barSymbols), end)]
          continue
        }
      }
      return describe(failure, source, offset)
    }
  }
}

/** All data of a text; raises `read-error` at the first mistake. */
export function readAll(source: SourceFile, options: ReadOptions = {}): Value[] {
  const reader = new DatumReader(source, options)
  const data: Value[] = []
  for (;;) {
    const result = reader.next()
    if (result.kind === 'end') return data
    if (result.kind === 'datum') data.push(result.datum)
    else raiseReadError(result)
  }
}

/** Where what is not closed was opened, and where the indentation says that it should have been closed. */
function openingHint(opening: Span): string {
  const { source } = opening
  const opened = `the one opened at ${formatSpan(opening)} is not closed`
  const missing = /^[([]/.test(source.text.slice(opening.start)) ? missingClose(source) : undefined
  if (missing === undefined) return opened
  const { line } = source.position(missing.end)
  return `${opened}\nby the indentation, line ${line} should close the one opened at ${formatSpan({ source, start: missing.opening, end: missing.opening + 1 })}`
}

/** Raise Guile's `read-error` for a problem. */
export function raiseReadError(problem: ReadProblem): never {
  const { line, column } = problem.span.source.position(problem.span.start)
  const place = `${problem.span.source.name}:${line}:${column + 1}`
  const hint = problem.opening === undefined ? undefined : openingHint(problem.opening)
  return raiseAt(
    problem.span,
    hint,
    'read-error',
    false,
    new SchemeString(`${place}: ${problem.message}`, true),
    list(problem.irritants),
    false,
  )
}

function runParser(
  tokens: IToken[],
  rule: 'data' | 'first',
  into: ParsedDatum[],
  source: SourceFile,
  base: number,
  dialect: Dialect,
  located: boolean,
  forPrograms: boolean,
  textEnd: number,
): { failure: ReadFailure; token: IToken | undefined } | undefined {
  const parser = datumParser()
  const context = { source, base, dialect, located, forPrograms }
  const parse = (part: IToken[], rule: 'data' | 'first', into: ParsedDatum[]): void => {
    parser.begin(part, context)
    if (rule === 'data') parser.data(into)
    else parser.first(into)
  }
  try {
    try {
      parse(tokens, rule, into)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const pieces = withInnerDataRead(
        tokens,
        (part) => {
          const data: ParsedDatum[] = []
          parse(part, 'first', data)
          const failed = parser.errors[0]
          if (failed !== undefined) throw parser.explain(failed.token, textEnd)
          return data[0]?.datum
        },
        (startOffset, end, datum) => extensionToken(startOffset, { datum, end }),
      )
      if (pieces === undefined) throw error
      if (pieces.open !== undefined) throw parser.unclosed(pieces.open, textEnd)
      into.length = 0
      parse(pieces.tokens, rule, into)
    }
  } catch (error) {
    if (error instanceof ReadFailure) return { failure: error, token: undefined }
    if (error instanceof RangeError)
      return { failure: new ReadFailure('data nested too deeply', 0, textEnd), token: undefined }
    throw error
  }
  const error = parser.errors[0]
  if (error === undefined || (rule === 'first' && into.length > 0)) return undefined
  return { failure: parser.explain(error.token, textEnd), token: error.token }
}

function extensionToken(startOffset: number, read: ParsedDatum): IToken {
  const token = createTokenInstance(
    Extension,
    ' '.repeat(Math.max(0, read.end - startOffset)),
    startOffset,
    read.end - 1,
    0,
    0,
    0,
    0,
  )
  token.payload = read.datum
  return token
}

function tokensFrom(text: string, offset: number, { barSymbols }: Dialect): IToken[] {
  return shifted(tokenize(text.slice(offset), barSymbols), offset)
}

function shifted(tokens: IToken[], by: number): IToken[] {
  for (const token of tokens) token.startOffset += by
  return tokens
}

function describe(failure: ReadFailure, source: SourceFile, base: number): ReadProblem {
  const { opening } = failure
  return {
    kind: failure.incomplete ? 'incomplete' : 'malformed',
    message: failure.message,
    irritants: failure.irritants,
    span: { source, start: base + failure.start, end: base + failure.end },
    opening: opening === undefined ? undefined : { source, start: base + opening, end: base + opening + 1 },
  }
}
