/** Narinfo: what a server of substitutes says of one store item, as lines `Field: value`.
 *  Pure: signatures are texts here; making and checking them is in keys/. Both kinds are known: Nix's `Sig` over the
 *  fingerprint, and Guix's `Signature` over all text before it, after which only the ways to get the item may follow.
 *  Format: libstore/nar-info.cc; guix/narinfo.scm and guix/scripts/publish.scm. */
import { StrataError } from '../../lang/conditions/index.ts'
import { compareText, encodeText } from './bytes.ts'
import { digestSize, formatHash, type Hash, isHashAlgorithm, parseHash } from './hash.ts'
import { parseStorePath, type StorePath, storeDirectory } from './store-path.ts'

/** One form in which the item can be fetched. */
export interface NarSource {
  /** Relative to the server's address, or absolute. */
  readonly url: string
  /** `none`, `gzip`, `xz`, `zstd`, `lzip`, … */
  readonly compression: string
  readonly fileHash: Hash | undefined
  readonly fileSize: number | undefined
}

export interface GuixSignature {
  readonly host: string
  /** The s-expression, as text. */
  readonly signature: Uint8Array
}

export interface NarInfo {
  readonly storePath: StorePath
  readonly sources: readonly NarSource[]
  readonly narHash: Hash
  readonly narSize: number | bigint
  /** Sorted. */
  readonly references: readonly StorePath[]
  readonly deriver: StorePath | undefined
  readonly system: string | undefined
  /** Nix's content address, `fixed:r:sha256:…` and the like. */
  readonly contentAddress: string | undefined
  /** Nix's signatures, `NAME:BASE64`. */
  readonly signatures: readonly string[]
  readonly guixSignature: GuixSignature | undefined
}

export interface ParsedNarInfo {
  readonly info: NarInfo
  /** What Guix's signature covers. */
  readonly signedText: Uint8Array | undefined
}

const longest = 1 << 20
const mostReferences = 1 << 16

/** What Nix signs. */
export function narInfoFingerprint(info: Pick<NarInfo, 'storePath' | 'narHash' | 'narSize' | 'references'>): string {
  return `1;${info.storePath};${hashText(info.narHash)};${info.narSize};${[...info.references].sort(compareText).join(',')}`
}

function hashText(hash: Hash): string {
  return `${hash.algorithm}:${formatHash(hash, 'nix-base32')}`
}

function base(path: StorePath): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The fields that a signature of Guix has to cover. */
function formatContent(info: NarInfo): string {
  const { storePath, narHash, narSize, references, deriver, system } = info
  return [
    `StorePath: ${storePath}`,
    `NarHash: ${hashText(narHash)}`,
    `NarSize: ${narSize}`,
    `References: ${[...references].sort(compareText).map(base).join(' ')}`,
    ...(deriver === undefined ? [] : [`Deriver: ${base(deriver)}`]),
    ...(system === undefined ? [] : [`System: ${system}`]),
    '',
  ].join('\n')
}

/** The text that a signature of Guix is made of. */
export function guixSignedText(info: NarInfo): Uint8Array {
  return encodeText(formatContent(info))
}

/** INFO as lines, which both Nix and Guix read. */
export function formatNarInfo(info: NarInfo): string {
  const { contentAddress, signatures, guixSignature } = info
  const lines: string[] = []
  if (guixSignature !== undefined) {
    lines.push(`Signature: 1;${guixSignature.host};${guixSignature.signature.toBase64()}`)
  }
  for (const { url, compression, fileHash, fileSize } of info.sources) {
    lines.push(`URL: ${url}`, `Compression: ${compression}`)
    if (fileHash !== undefined) lines.push(`FileHash: ${hashText(fileHash)}`)
    if (fileSize !== undefined) lines.push(`FileSize: ${fileSize}`)
  }
  for (const signature of signatures) lines.push(`Sig: ${signature}`)
  if (contentAddress !== undefined) lines.push(`CA: ${contentAddress}`)
  const bad = lines.find((line) => line.includes('\n'))
  if (bad !== undefined)
    throw new StrataError('bad-narinfo', `a field of a narinfo is one line: ${JSON.stringify(bad)}`)
  return `${formatContent(info)}${lines.map((line) => `${line}\n`).join('')}`
}

export interface NarInfoReading {
  /** Let there be no NarHash, as in tests of Guix: it then is zero, which no archive has. */
  readonly hashOptional?: boolean
}

const noHash = `sha256:${'0'.repeat(52)}`

/** The narinfo that BYTES from SOURCE are.
 *  @throws StrataError `bad-narinfo` with the offset of the line. */
export function parseNarInfo(bytes: Uint8Array, source: string, reading: NarInfoReading = {}): ParsedNarInfo {
  if (bytes.length > longest) {
    throw new StrataError('bad-narinfo', `${source}: a narinfo of ${bytes.length} bytes`)
  }
  return new NarInfoParser(bytes, source, reading).parse()
}

interface Draft {
  url: string
  compression: string
  fileHash: Hash | undefined
  fileSize: number | undefined
}

class NarInfoParser {
  readonly #bytes: Uint8Array
  readonly #source: string
  readonly #reading: NarInfoReading
  /** Where the line begins that is read. */
  #offset = 0

  constructor(bytes: Uint8Array, source: string, reading: NarInfoReading) {
    this.#bytes = bytes
    this.#source = source
    this.#reading = reading
  }

  parse(): ParsedNarInfo {
    const single = new Map<string, string>()
    const sources: Draft[] = []
    const signatures: string[] = []
    let signed: { readonly signature: GuixSignature; readonly end: number } | undefined
    for (const { name, value, offset } of this.#lines()) {
      this.#offset = offset
      const last = sources.at(-1)
      switch (name) {
        case 'URL':
          if (value === '') this.#fail('an empty URL')
          // Without a word about it, Nix means bzip2.
          sources.push({ url: value, compression: '', fileHash: undefined, fileSize: undefined })
          break
        case 'Compression':
          if (last === undefined || last.compression !== '' || value === '')
            this.#fail('a Compression that is of no URL')
          else last.compression = value
          break
        case 'FileHash':
          if (last === undefined || last.fileHash !== undefined) this.#fail('a FileHash that is of no URL')
          else last.fileHash = this.#hash(value)
          break
        case 'FileSize':
          if (last === undefined || last.fileSize !== undefined) this.#fail('a FileSize that is of no URL')
          else last.fileSize = this.#size(value)
          break
        case 'Sig':
          if (!/^[^:;\s]+:[A-Za-z0-9+/]+=*$/.test(value)) this.#fail(`\`${value}' is not a signature`)
          signatures.push(value)
          break
        case 'Signature':
          if (signed !== undefined) this.#fail('a second Signature')
          signed = { signature: this.#guixSignature(value), end: offset }
          break
        case 'StorePath':
        case 'NarHash':
        case 'NarSize':
        case 'References':
        case 'Deriver':
        case 'System':
        case 'CA':
          if (single.has(name)) this.#fail(`a second ${name}`)
          if (signed !== undefined && name !== 'CA')
            this.#fail(`${name} stands behind the signature, which does not cover it`)
          single.set(name, value)
          break
        default:
          // What later versions of Nix and Guix add is for those who know it.
          break
      }
    }
    this.#offset = this.#bytes.length
    return {
      info: {
        ...this.#content(single),
        sources: sources.map((draft) => ({ ...draft, compression: draft.compression || 'bzip2' })),
        signatures,
        guixSignature: signed?.signature,
      },
      signedText: signed === undefined ? undefined : this.#bytes.slice(0, signed.end),
    }
  }

  #content(fields: ReadonlyMap<string, string>): Omit<NarInfo, 'sources' | 'signatures' | 'guixSignature'> {
    const required = (name: string): string => fields.get(name) ?? this.#fail(`no ${name}`)
    const path = required('StorePath')
    const storePath = parseStorePath(path) ?? this.#fail(`\`${path}' is not a store path`)
    const names = (fields.get('References') ?? '').split(' ').filter((name) => name !== '')
    if (names.length > mostReferences) this.#fail(`${names.length} references`)
    const references = names.map((name) => this.#named(name)).sort(compareText)
    if (references.some((reference, i) => reference === references[i - 1])) this.#fail('a reference occurs twice')
    const deriver = fields.get('Deriver')
    const system = fields.get('System')
    return {
      storePath,
      narHash: this.#hash(
        this.#reading.hashOptional === true ? (fields.get('NarHash') ?? noHash) : required('NarHash'),
      ),
      narSize: this.#itemSize(required('NarSize')),
      references,
      deriver:
        deriver === undefined || deriver === '' || deriver === 'unknown-deriver' ? undefined : this.#named(deriver),
      system: system === '' ? undefined : system,
      contentAddress: fields.get('CA') || undefined,
    }
  }

  *#lines(): Generator<{ readonly name: string; readonly value: string; readonly offset: number }> {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    for (let start = 0; start < this.#bytes.length; ) {
      this.#offset = start
      const end = this.#bytes.indexOf(10, start)
      const line = this.#bytes.subarray(start, end < 0 ? this.#bytes.length : end)
      let text = ''
      try {
        text = decoder.decode(line)
      } catch {
        this.#fail('bytes that are not UTF-8')
      }
      if (text.includes('\0') || text.includes('\r')) this.#fail('a control character')
      const colon = text.indexOf(':')
      if (colon <= 0) {
        // Nix ends the text with an empty line in some versions.
        if (text !== '') this.#fail(`\`${text.slice(0, 80)}' is not of the form FIELD: VALUE`)
      } else yield { name: text.slice(0, colon), value: text.slice(colon + 1).replace(/^ +/, ''), offset: start }
      start = end < 0 ? this.#bytes.length : end + 1
    }
  }

  /** The store path with the base NAME, or that it is, as some write derivers. */
  #named(name: string): StorePath {
    return (
      parseStorePath(name.startsWith('/') ? name : `${storeDirectory}/${name}`) ??
      this.#fail(`\`${name}' is not a store item`)
    )
  }

  #hash(text: string): Hash {
    const colon = text.indexOf(':')
    const algorithm = text.slice(0, colon)
    if (colon < 0 || !isHashAlgorithm(algorithm)) return this.#fail(`\`${text}' is not a hash`)
    try {
      const hash = parseHash(text.slice(colon + 1), algorithm)
      if (hash.algorithm === algorithm && hash.digest.length === digestSize(algorithm)) return hash
    } catch (error) {
      if (!(error instanceof StrataError)) throw error
    }
    return this.#fail(`\`${text}' is not a hash`)
  }

  #size(text: string): number {
    const size = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    return Number.isSafeInteger(size) ? size : this.#fail(`\`${text}' is not a size`)
  }

  /** The size that a server says an item has: 64 bits in the protocols that pass it on. */
  #itemSize(text: string): number | bigint {
    const size = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n
    if (size < 0n || size >= 1n << 64n) return this.#fail(`\`${text}' is not a size`)
    return size <= Number.MAX_SAFE_INTEGER ? Number(size) : size
  }

  #guixSignature(text: string): GuixSignature {
    const [, host, encoded] = /^1;([^;]*);([A-Za-z0-9+/]+=*)$/.exec(text) ?? []
    if (host === undefined || encoded === undefined) return this.#fail(`\`${text.slice(0, 80)}' is not a signature`)
    try {
      return { host, signature: Uint8Array.fromBase64(encoded) }
    } catch {
      return this.#fail('a signature that is not in base 64')
    }
  }

  #fail(problem: string): never {
    throw new StrataError('bad-narinfo', `${this.#source}: offset ${this.#offset}: ${problem}`, {
      irritants: [this.#offset],
    })
  }
}
