/** Archives that were made to write elsewhere than where they are unpacked, or to exhaust who unpacks them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { importFile, Store, storeLayout } from '../../runtime/store/index.ts'

/** A word of a NAR or of an export: its length, its bytes, and zeros up to a multiple of 8. */
function word(text: string): Buffer {
  const bytes = Buffer.from(text)
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([size, bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)])
}

const words = (...texts: readonly string[]): Buffer => Buffer.concat(texts.map(word))
const file = (contents: string): Buffer => words('(', 'type', 'regular', 'contents', contents, ')')
const link = (target: string): Buffer => words('(', 'type', 'symlink', 'target', target, ')')
const entry = (name: string, node: Buffer): Buffer =>
  Buffer.concat([words('entry', '(', 'name', name, 'node'), node, words(')')])
const directory = (...entries: readonly Buffer[]): Buffer =>
  Buffer.concat([words('(', 'type', 'directory'), ...entries, words(')')])

function number(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

describe('importing an archive', () => {
  const root = mkdtempSync(join(tmpdir(), 'strata-archives-'))
  const outside = join(root, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'victim'), 'precious')
  const store = new Store(storeLayout({ STRATA_ROOT: join(root, 'root'), HOME: root }))
  afterAll(() => {
    store.close()
    rmSync(root, { recursive: true })
  })
  let count = 0

  /** Import one item whose tree is NODE, as `strata archive --import` does with trusted archives. */
  function take(node: Buffer): void {
    const path = `/gnu/store/${String(count++).padStart(32, '0')}-hostile`
    const archive = Buffer.concat([
      number(1),
      words('nix-archive-1'),
      node,
      number(0x4558494e),
      words(path),
      number(0),
      words(''),
      number(0),
      number(0),
    ])
    const name = join(root, 'archive')
    writeFileSync(name, archive)
    importFile(store, name, () => {})
  }

  function untouched(): void {
    expect(readdirSync(outside)).toEqual(['victim'])
    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('precious')
    expect(readdirSync(root).filter((name) => !['archive', 'outside', 'root'].includes(name))).toEqual([])
    const items = readdirSync(store.layout.store).filter((name) => !name.startsWith('.links'))
    expect(items.filter((name) => !store.database.isValid(`/gnu/store/${name}`))).toEqual([])
  }

  it('takes in what is well-formed, so that the others are refused for what they are', () => {
    take(directory(entry('a', file('contents')), entry('b', link(outside))))
    expect(store.database.validPaths()).toHaveLength(1)
    untouched()
  })

  it.each([
    '../outside/evil',
    '..',
    '.',
    '',
    '/etc/evil',
    'a/../../../outside/evil',
    'a\0b',
    'sub/evil',
  ])('CVE-2024-45593: refuses the entry %j', (name) => {
    expect(() => take(directory(entry(name, file('evil'))))).toThrow()
    untouched()
  })

  it('CVE-2024-45593: refuses a directory in place of a link of the same name', () => {
    expect(() => take(directory(entry('a', link(outside)), entry('a', directory(entry('evil', file('x'))))))).toThrow()
    expect(() => take(directory(entry('a', link(join(outside, 'victim'))), entry('a', file('evil'))))).toThrow()
    expect(() => take(directory(entry('b', link(outside)), entry('a', file('x'))))).toThrow()
    untouched()
  })

  it('CVE-2026-44028: survives directories in directories without end', () => {
    let node = file('bottom')
    const levels = 10_000
    const opening = words('(', 'type', 'directory', 'entry', '(', 'name', 'd', 'node')
    node = Buffer.concat([...Array.from({ length: levels }, () => opening), node])
    let error: unknown
    try {
      take(node)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ name: expect.stringMatching(/StrataError/) })
    untouched()
  })

  it('refuses lengths that nobody could keep', () => {
    const giant = Buffer.concat([words('(', 'type', 'regular', 'contents'), Buffer.alloc(8, 0xff)])
    expect(() => take(giant)).toThrow()
    untouched()
  })
})
