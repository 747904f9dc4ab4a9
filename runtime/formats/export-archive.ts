/** The export format: store items one after the other, each a NAR followed by what the database knows of it.
 *  Pure: the caller brings the NARs. Format: libstore/export-import.cc; the signature is Guix's. */
import { StrataError } from '../../lang/conditions/index.ts'
import { concatBytes, decodeBytes, encodeText } from './bytes.ts'
import { type NarRequest, type NarVisitor, readNar } from './nar.ts'
import { parseStorePath, type StorePath } from './store-path.ts'

const exportMagic = 0x4558494en

/** What stands behind the NAR of an item. */
export interface ExportedItem {
  readonly path: StorePath
  readonly references: readonly StorePath[]
  readonly deriver: StorePath | undefined
}

function number(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
  return bytes
}

function string(text: string): Uint8Array {
  const bytes = encodeText(text)
  return concatBytes([number(bytes.length), bytes, new Uint8Array((8 - (bytes.length % 8)) % 8)])
}

/** Before an item of a stream, and at its end. */
export const itemFollows: Uint8Array = number(1)
export const endOfItems: Uint8Array = number(0)

/** What follows the NAR, up to where the signature is. The hash of the NAR and these bytes is what is signed. */
export function itemTrailer({ path, references, deriver }: ExportedItem): Uint8Array {
  return concatBytes([
    number(exportMagic),
    string(path),
    number(references.length),
    ...[...references].sort().map(string),
    string(deriver ?? ''),
  ])
}

/** The end of an item: its signature, if it has one. */
export function itemSignature(signature: string | undefined): Uint8Array {
  return signature === undefined ? number(0) : concatBytes([number(1), string(signature)])
}

export interface ReadItem extends ExportedItem {
  readonly signature: string | undefined
}

export interface ItemReader {
  /** Where the item's files go; called before each item. */
  readonly startItem: () => NarVisitor
  /** All bytes of the item that its signature covers, piece by piece. */
  readonly onSigned: (bytes: Uint8Array) => void
  /** All bytes of the item's NAR, piece by piece. */
  readonly onNar: (bytes: Uint8Array) => void
  /** The NAR is complete; what describes the item follows. */
  readonly endNar: () => void
  /** The item is complete. */
  readonly endItem: (item: ReadItem) => void
}

const longestString = 1 << 16
const mostReferences = 1 << 20

/** Read a stream of exported items as a coroutine, as `readNar` does.
 *  @throws StrataError `bad-archive` or `bad-nar` with the offset. */
export function* readExport(reader: ItemReader): Generator<NarRequest, void, Uint8Array> {
  let offset = 0
  const fail = (problem: string): never => {
    throw new StrataError('bad-archive', `bad archive at offset ${offset}: ${problem}`, { irritants: [offset] })
  }
  let observe: (bytes: Uint8Array) => void = () => {}

  function* take(size: number): Generator<NarRequest, Uint8Array, Uint8Array> {
    const bytes = yield { size, exact: true }
    if (bytes.length !== size) fail('unexpected end')
    observe(bytes)
    offset += size
    return bytes
  }
  function* takeNumber(): Generator<NarRequest, bigint, Uint8Array> {
    const bytes = yield* take(8)
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  }
  function* takeString(): Generator<NarRequest, string, Uint8Array> {
    const size = yield* takeNumber()
    if (size > BigInt(longestString)) fail(`a string of ${size} bytes`)
    const text = decodeBytes(yield* take(Number(size)))
    const rest = (8 - (Number(size) % 8)) % 8
    if (rest > 0 && (yield* take(rest)).some((byte) => byte !== 0)) fail('padding that is not zero')
    return text
  }
  function* takePath(): Generator<NarRequest, StorePath, Uint8Array> {
    const text = yield* takeString()
    return parseStorePath(text) ?? fail(`\`${text}' is not a store path`)
  }
  function* takeNar(): Generator<NarRequest, void, Uint8Array> {
    const nar = readNar(reader.startItem(), offset)
    let step = nar.next(new Uint8Array())
    while (step.done !== true) {
      const bytes = yield step.value
      observe(bytes)
      reader.onNar(bytes)
      offset += bytes.length
      step = nar.next(bytes)
    }
  }

  for (;;) {
    const mark = yield* takeNumber()
    if (mark === 0n) return
    if (mark !== 1n) fail(`${mark} where 1 or 0 says whether an item follows`)
    observe = reader.onSigned
    yield* takeNar()
    reader.endNar()
    if ((yield* takeNumber()) !== exportMagic) fail('the mark between a NAR and its description is missing')
    const path = yield* takePath()
    const count = yield* takeNumber()
    if (count > BigInt(mostReferences)) fail(`${count} references`)
    const references: StorePath[] = []
    for (let i = 0n; i < count; i++) references.push(yield* takePath())
    const deriver = yield* takeString()
    observe = () => {}
    const signed = yield* takeNumber()
    if (signed > 1n) fail(`${signed} where 1 or 0 says whether there is a signature`)
    const signature = signed === 1n ? yield* takeString() : undefined
    if (deriver !== '' && parseStorePath(deriver) === undefined) fail(`\`${deriver}' is not a store path`)
    reader.endItem({ path, references, deriver: parseStorePath(deriver), signature })
  }
}
