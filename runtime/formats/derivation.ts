/** Derivations as values and as ATerm text (`.drv` files).
 *  Pure. Computing output paths is in derivations/. Format: Dolstra's thesis, section 5.4; guix/derivations.scm.
 *  Text is UTF-8, as Nix writes it; Guix's client writes ISO-8859-1 (see facts on the peers), which is read too. */
import { StrataError } from '../../lang/conditions/index.ts'
import { compareText, encodeText } from './bytes.ts'
import type { StorePath } from './store-path.ts'

export interface DerivationOutput {
  /** Empty while masked. */
  readonly path: string
  /** `sha256`, `r:sha256`, …; empty unless the output is fixed. */
  readonly hashAlgorithm: string
  /** Base 16; empty unless fixed. */
  readonly hash: string
}

export interface DerivationInput {
  readonly path: string
  /** Output names, sorted. */
  readonly outputs: readonly string[]
}

export interface Derivation {
  /** By output name, in order. */
  readonly outputs: ReadonlyMap<string, DerivationOutput>
  readonly inputs: readonly DerivationInput[]
  readonly sources: readonly string[]
  readonly system: string
  readonly builder: string
  readonly args: readonly string[]
  /** In order of name. */
  readonly environment: ReadonlyMap<string, string>
}

/** The text of a derivation, everything sorted as the daemons demand. */
export function formatDerivation(drv: Derivation): string {
  return assembleDerivation(
    formatOutputs(drv.outputs),
    formatInputs(drv.inputs),
    formatProgram(drv),
    formatEnvironment(drv.environment),
  )
}

/** The text of a derivation from those of its parts, which may be those of other derivations too. */
export function assembleDerivation(outputs: string, inputs: string, program: string, environment: string): string {
  return `Derive([${outputs}],[${inputs}],${program},[${environment}])`
}

export function formatOutputs(outputs: Derivation['outputs']): string {
  return inOrder([...outputs], ([name]) => name)
    .map(
      ([name, { path, hashAlgorithm, hash }]) =>
        `(${quote(name)},${quote(path)},${quote(hashAlgorithm)},${quote(hash)})`,
    )
    .join(',')
}

export function formatInputs(inputs: readonly DerivationInput[]): string {
  return inOrder([...inputs], ({ path }) => path)
    .map(({ path, outputs }) => `(${quote(path)},[${outputs.map(quote).join(',')}])`)
    .join(',')
}

/** Sources, system, builder and arguments. */
export function formatProgram({ sources, system, builder, args }: Omit<Derivation, 'outputs' | 'inputs'>): string {
  // The system and the builder are written as they are: the real client and Nix do not escape them.
  for (const text of [system, builder]) {
    if (/["\\]/.test(text)) {
      throw new StrataError('bad-derivation', `a derivation cannot have the system or builder \`${text}'`, {
        irritants: [text],
        hint: 'these two may not contain quotes or backslashes',
      })
    }
  }
  const sorted = inOrder([...sources], (source) => source)
  return `[${sorted.map(quote).join(',')}],"${system}","${builder}",[${args.map(quote).join(',')}]`
}

export function formatEnvironment(environment: Derivation['environment']): string {
  return inOrder([...environment], ([name]) => name)
    .map(([name, value]) => `(${quote(name)},${quote(value)})`)
    .join(',')
}

function inOrder<T>(items: T[], keyOf: (item: T) => string): T[] {
  return items.sort((a, b) => compareText(keyOf(a), keyOf(b)))
}

export function derivationBytes(drv: Derivation): Uint8Array {
  return encodeText(formatDerivation(drv))
}

function quote(text: string): string {
  if (!/["\\\n\r\t]/.test(text)) return `"${text}"`
  const escaped = text.replace(/["\\\n\r\t]/g, (c) => {
    switch (c) {
      case '\n':
        return '\\n'
      case '\r':
        return '\\r'
      case '\t':
        return '\\t'
      default:
        return `\\${c}`
    }
  })
  return `"${escaped}"`
}

/** @throws StrataError `bad-derivation` with the offset of what is wrong. */
export function parseDerivation(bytes: Uint8Array, name: string): Derivation {
  return new DerivationParser(decode(bytes), name).derivation()
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not TextDecoder's latin1, which is Windows' code page.
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return text
  }
}

class DerivationParser {
  #offset = 0
  readonly #text: string
  readonly #name: string

  constructor(text: string, name: string) {
    this.#text = text
    this.#name = name
  }

  derivation(): Derivation {
    this.expect('Derive(')
    const outputs = new Map<string, DerivationOutput>()
    this.list(() => {
      this.expect('(')
      const name = this.string()
      this.expect(',')
      const path = this.string()
      this.expect(',')
      const hashAlgorithm = this.string()
      this.expect(',')
      const hash = this.string()
      this.expect(')')
      if (outputs.has(name)) this.fail(`output "${name}" occurs twice`)
      outputs.set(name, { path, hashAlgorithm, hash })
    })
    this.expect(',')
    const inputs: DerivationInput[] = []
    const seen = new Set<string>()
    this.list(() => {
      this.expect('(')
      const path = this.string()
      this.expect(',')
      const names: string[] = []
      this.list(() => names.push(this.string()))
      this.expect(')')
      if (seen.has(path)) this.fail(`input "${path}" occurs twice`)
      seen.add(path)
      inputs.push({ path, outputs: names })
    })
    this.expect(',')
    const sources: string[] = []
    this.list(() => sources.push(this.string()))
    this.expect(',')
    const system = this.plainString()
    this.expect(',')
    const builder = this.plainString()
    this.expect(',')
    const args: string[] = []
    this.list(() => args.push(this.string()))
    this.expect(',')
    const environment = new Map<string, string>()
    this.list(() => {
      this.expect('(')
      const name = this.string()
      this.expect(',')
      const value = this.string()
      this.expect(')')
      if (environment.has(name)) this.fail(`variable "${name}" occurs twice`)
      environment.set(name, value)
    })
    this.expect(')')
    if (this.#offset !== this.#text.length) this.fail('more text after the derivation')
    return { outputs, inputs, sources, system, builder, args, environment }
  }

  private expect(token: string): void {
    if (!this.#text.startsWith(token, this.#offset)) this.fail(`expected '${token}'`)
    this.#offset += token.length
  }

  private list(element: () => void): void {
    this.expect('[')
    if (this.#text[this.#offset] === ']') {
      this.#offset++
      return
    }
    for (;;) {
      element()
      const next = this.#text[this.#offset]
      this.#offset++
      if (next === ']') return
      if (next !== ',') {
        this.#offset--
        this.fail("expected ',' or ']'")
      }
    }
  }

  /** A string that is written as it is. */
  private plainString(): string {
    const start = this.#offset
    const text = this.string()
    if (this.#offset - start !== text.length + 2) {
      this.#offset = start
      this.fail('a backslash in the system or builder')
    }
    return text
  }

  private string(): string {
    this.expect('"')
    const start = this.#offset
    for (;;) {
      const c = this.#text[this.#offset]
      if (c === undefined) this.fail('the text ends inside a string')
      if (c === '"') break
      this.#offset += c === '\\' ? 2 : 1
    }
    const raw = this.#text.slice(start, this.#offset)
    this.#offset++
    if (!raw.includes('\\')) return raw
    return raw.replace(/\\([\s\S])/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' ? '\r' : c === 't' ? '\t' : c))
  }

  private fail(problem: string): never {
    throw new StrataError('bad-derivation', `${this.#name}: offset ${this.#offset}: ${problem}`, {
      irritants: [this.#offset],
    })
  }
}

/** Whether a derivation has the one output `out` with a hash known beforehand. */
export function isFixedOutput(drv: Derivation): boolean {
  const out = drv.outputs.get('out')
  return drv.outputs.size === 1 && out !== undefined && out.hash !== ''
}

/** Everything that must be in the store before a derivation itself: input derivations and sources. */
export function derivationReferences(drv: Derivation): StorePath[] {
  return [...new Set([...drv.inputs.map((i) => i.path), ...drv.sources])].sort(compareText) as StorePath[]
}
