/** Relocation of ELF files onto store items: program interpreter, RUNPATH and compiled-in strings.
 *  Not a general ELF library: 64-bit little-endian, existing files only, what patchelf is used for.
 *  Format: System V ABI, elf(5).
 *
 *  New strings rarely fit over the old ones, so they go into one new segment at the end of the
 *  file. Its program header takes the place of a PT_NOTE (build id or property note: nothing needs
 *  them), because the table cannot grow in place. */
import { StrataError } from '../../lang/conditions/index.ts'

const typeLoad = 1
const typeDynamic = 2
const typeInterpreter = 3
const typeNote = 4
const executableFlag = 1

const tagNull = 0
const tagStringTable = 5
const tagRela = 7
const tagRelaSize = 8
const tagStringSize = 10
const tagRpath = 15
const tagRunpath = 29
const tagFlags1 = 0x6ffffffb
const flagPie = 0x08000000n

const relativeRelocation = 8
const pageSize = 4096

/** A string compiled into a program, and what it becomes. */
export interface Redirection {
  readonly from: string
  readonly to: string
}

export interface Relocation {
  /** The dynamic loader; only for files that name one. */
  readonly interpreter: string
  readonly runpath: string
  readonly redirections?: readonly Redirection[]
}

export interface RelocatedElf {
  readonly contents: Uint8Array
  /** How many references to each redirected string were changed, in the order of the redirections. */
  readonly redirected: readonly number[]
}

interface ProgramHeader {
  /** Where the header itself stands in the file. */
  readonly at: number
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly address: number
  readonly fileSize: number
  readonly memorySize: number
}

const utf8 = new TextEncoder()

export function isElf(contents: Uint8Array): boolean {
  return (
    contents.length >= 64 &&
    contents[0] === 0x7f &&
    contents[1] === 0x45 &&
    contents[2] === 0x4c &&
    contents[3] === 0x46 &&
    contents[4] === 2 &&
    contents[5] === 1
  )
}

function malformed(what: string): never {
  throw new StrataError('malformed-elf', `cannot relocate ELF file: ${what}`)
}

function programHeaders(view: DataView): ProgramHeader[] {
  const table = Number(view.getBigUint64(32, true))
  const size = view.getUint16(54, true)
  const headers = []
  for (let i = 0; i < view.getUint16(56, true); i++) {
    const at = table + i * size
    headers.push({
      at,
      type: view.getUint32(at, true),
      flags: view.getUint32(at + 4, true),
      offset: Number(view.getBigUint64(at + 8, true)),
      address: Number(view.getBigUint64(at + 16, true)),
      fileSize: Number(view.getBigUint64(at + 32, true)),
      memorySize: Number(view.getBigUint64(at + 40, true)),
    })
  }
  return headers
}

/** The dynamic section: tag to position of its value, and the positions of spare entries. */
function dynamicEntries(view: DataView, dynamic: ProgramHeader): { tags: Map<number, number>; spare: number[] } {
  const tags = new Map<number, number>()
  const spare = []
  for (let at = dynamic.offset; at + 16 <= dynamic.offset + dynamic.fileSize; at += 16) {
    const tag = Number(view.getBigUint64(at, true))
    if (tag === tagNull) spare.push(at)
    else if (spare.length > 0) malformed('entries after the end of the dynamic section')
    else tags.set(tag, at + 8)
  }
  return { tags, spare }
}

function align(value: number): number {
  return Math.ceil(value / pageSize) * pageSize
}

/** Positions of the NUL-terminated TEXT in BYTES; the end of a longer string counts too. */
function occurrences(bytes: Buffer, text: string): number[] {
  const wanted = Buffer.from(`${text}\0`)
  const found = []
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) found.push(at)
  return found
}

/** Whether CONTENTS is a program or library that the dynamic loader reads. Static position-independent programs
 *  (ldconfig) have a dynamic section too, which they read themselves: they need no change and survive none. */
export function isDynamicElf(contents: Uint8Array): boolean {
  if (!isElf(contents)) return false
  const view = new DataView(contents.buffer, contents.byteOffset, contents.byteLength)
  const headers = programHeaders(view)
  const dynamic = headers.find((header) => header.type === typeDynamic)
  if (dynamic === undefined) return false
  if (headers.some((header) => header.type === typeInterpreter)) return true
  const flagsAt = dynamicEntries(view, dynamic).tags.get(tagFlags1)
  return flagsAt === undefined || (view.getBigUint64(flagsAt, true) & flagPie) === 0n
}

/** Make a copy of the dynamic ELF file CONTENTS with another interpreter, RUNPATH and strings. */
export function relocateElf(contents: Uint8Array, relocation: Relocation): RelocatedElf {
  const { interpreter, runpath, redirections = [] } = relocation
  const source = new DataView(contents.buffer, contents.byteOffset, contents.byteLength)
  const headers = programHeaders(source)
  const loads = headers.filter((header) => header.type === typeLoad)
  const addressToOffset = (address: number): number => {
    const load = loads.find((l) => address >= l.address && address < l.address + l.fileSize)
    return load === undefined ? malformed('address outside the file') : address - load.address + load.offset
  }
  const offsetToAddress = (offset: number): number | undefined => {
    const load = loads.find((l) => offset >= l.offset && offset < l.offset + l.fileSize)
    return load === undefined ? undefined : offset - load.offset + load.address
  }

  const dynamic = headers.find((header) => header.type === typeDynamic) ?? malformed('no dynamic section')
  const { tags, spare } = dynamicEntries(source, dynamic)
  const stringsAt = tags.get(tagStringTable) ?? malformed('no string table')
  const stringsSizeAt = tags.get(tagStringSize) ?? malformed('no string table size')
  const stringsAddress = Number(source.getBigUint64(stringsAt, true))
  const stringsOffset = addressToOffset(stringsAddress)
  const stringsSize = Number(source.getBigUint64(stringsSizeAt, true))

  // The new segment: interpreter, dynamic strings with the run path at their end, redirected strings.
  const interpreterBytes = utf8.encode(`${interpreter}\0`)
  const runpathBytes = utf8.encode(`${runpath}\0`)
  const newStringsStart = interpreterBytes.length
  const newStringsSize = stringsSize + runpathBytes.length
  const targets = redirections.map(({ to }) => utf8.encode(`${to}\0`))
  const segmentSize = newStringsStart + newStringsSize + targets.reduce((sum, bytes) => sum + bytes.length, 0)
  const segmentOffset = align(contents.length)
  const segmentAddress = align(Math.max(...loads.map((load) => load.address + load.memorySize)))

  const result = Buffer.alloc(segmentOffset + segmentSize)
  result.set(contents)
  result.set(interpreterBytes, segmentOffset)
  result.set(contents.subarray(stringsOffset, stringsOffset + stringsSize), segmentOffset + newStringsStart)
  result.set(runpathBytes, segmentOffset + newStringsStart + stringsSize)
  const view = new DataView(result.buffer, result.byteOffset, result.byteLength)
  const put64 = (at: number, value: number): void => view.setBigUint64(at, BigInt(value), true)

  // Loadable segments must stay in ascending order, so only a note behind the last one will do.
  const lastLoad = Math.max(...loads.map((load) => load.at))
  const note = headers.find((header) => header.type === typeNote && header.at > lastLoad)
  if (note === undefined) malformed('no PT_NOTE behind the last PT_LOAD')
  view.setUint32(note.at, typeLoad, true)
  view.setUint32(note.at + 4, 4, true)
  put64(note.at + 8, segmentOffset)
  put64(note.at + 16, segmentAddress)
  put64(note.at + 24, segmentAddress)
  put64(note.at + 32, segmentSize)
  put64(note.at + 40, segmentSize)
  put64(note.at + 48, pageSize)

  const interpreterHeader = headers.find((header) => header.type === typeInterpreter)
  if (interpreterHeader !== undefined) {
    put64(interpreterHeader.at + 8, segmentOffset)
    put64(interpreterHeader.at + 16, segmentAddress)
    put64(interpreterHeader.at + 24, segmentAddress)
    put64(interpreterHeader.at + 32, interpreterBytes.length)
    put64(interpreterHeader.at + 40, interpreterBytes.length)
  }

  const newStringsAddress = segmentAddress + newStringsStart
  put64(stringsAt, newStringsAddress)
  put64(stringsSizeAt, newStringsSize)
  const oldPathAt = tags.get(tagRunpath) ?? tags.get(tagRpath)
  if (tags.has(tagRunpath) && tags.has(tagRpath)) malformed('both DT_RPATH and DT_RUNPATH')
  const pathEntry = oldPathAt === undefined ? spare[0] : oldPathAt - 8
  // One DT_NULL must remain as the end mark.
  if (pathEntry === undefined || (oldPathAt === undefined && spare.length < 2)) malformed('no spare dynamic entry')
  put64(pathEntry, tagRunpath)
  put64(pathEntry + 8, stringsSize)

  // Keep the section headers true, for readelf and strip.
  const sections = Number(view.getBigUint64(40, true))
  const sectionSize = view.getUint16(58, true)
  for (let i = 0; sections !== 0 && i < view.getUint16(60, true); i++) {
    const at = sections + i * sectionSize
    const address = Number(view.getBigUint64(at + 16, true))
    if (address === stringsAddress && view.getUint32(at + 4, true) === 3) {
      put64(at + 16, newStringsAddress)
      put64(at + 24, segmentOffset + newStringsStart)
      put64(at + 32, newStringsSize)
    } else if (interpreterHeader !== undefined && address === interpreterHeader.address && address !== 0) {
      put64(at + 16, segmentAddress)
      put64(at + 24, segmentOffset)
      put64(at + 32, interpreterBytes.length)
    }
  }

  // Redirected strings: every reference to the old one is changed. Those are `lea` instructions
  // relative to the instruction pointer, and relative relocations of pointers in data.
  const old = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength)
  let targetStart = newStringsStart + newStringsSize
  const newAddress = new Map<number, { index: number; address: number }>()
  const redirected = redirections.map(() => 0)
  for (const [index, { from }] of redirections.entries()) {
    const bytes = targets[index]
    if (bytes === undefined) continue
    result.set(bytes, segmentOffset + targetStart)
    for (const offset of occurrences(old, from)) {
      const address = offsetToAddress(offset)
      if (address !== undefined) newAddress.set(address, { index, address: segmentAddress + targetStart })
    }
    targetStart += bytes.length
  }
  if (newAddress.size > 0) {
    const count = (index: number): void => {
      redirected[index] = (redirected[index] ?? 0) + 1
    }
    for (const load of loads) {
      if ((load.flags & executableFlag) === 0) continue
      const end = load.offset + load.fileSize - 7
      for (let at = old.indexOf(0x8d, load.offset + 1); at >= 0 && at <= end + 1; at = old.indexOf(0x8d, at + 1)) {
        const prefix = old[at - 1]
        if ((prefix !== 0x48 && prefix !== 0x4c) || ((old[at + 1] ?? 0) & 0xc7) !== 0x05) continue
        const next = load.address + (at - load.offset) + 6
        const found = newAddress.get(next + old.readInt32LE(at + 2))
        if (found === undefined) continue
        result.writeInt32LE(found.address - next, at + 2)
        count(found.index)
      }
    }
    const relaAt = tags.get(tagRela)
    const relaSizeAt = tags.get(tagRelaSize)
    if (relaAt !== undefined && relaSizeAt !== undefined) {
      const start = addressToOffset(Number(source.getBigUint64(relaAt, true)))
      const size = Number(source.getBigUint64(relaSizeAt, true))
      for (let at = start; at + 24 <= start + size; at += 24) {
        if (source.getUint32(at + 8, true) !== relativeRelocation) continue
        const found = newAddress.get(Number(source.getBigInt64(at + 16, true)))
        if (found === undefined) continue
        view.setBigInt64(at + 16, BigInt(found.address), true)
        count(found.index)
      }
    }
  }
  return { contents: result, redirected }
}
