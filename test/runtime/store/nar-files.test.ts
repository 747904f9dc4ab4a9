/** Trees on disk as archives, beside the real programs; names that are not UTF-8. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { formatBase32 } from '../../../runtime/formats/index.ts'
import { hashPath, removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { isInstalled } from '../../support/programs.ts'

const directory = mkdtempSync(join(tmpdir(), 'strata-nar-files-'))
afterAll(() => removeTree(directory))

it('names of any bytes are hashed as Nix does, and stored as they are', () => {
  const tree = join(directory, 'tree')
  mkdirSync(tree)
  const name = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(bytes)])
  writeFileSync(name(0xff, 0x61), 'one')
  writeFileSync(name(0xc3, 0xa9), 'two')
  mkdirSync(name(0x80))
  writeFileSync(Buffer.concat([name(0x80), Buffer.from('/x')]), 'three', { mode: 0o755 })
  symlinkSync(Buffer.from([0xfe]), name(0x7a))
  const hash = formatBase32(hashPath(tree).hash.digest)
  if (isInstalled('nix-hash')) {
    const theirs = execFileSync('nix-hash', ['--type', 'sha256', '--base32', tree], { encoding: 'utf8' })
    expect(hash).toBe(theirs.trim())
  }
  const root = join(directory, 'root')
  const store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
  const path = store.addFile('tree', tree)
  expect(formatBase32(hashPath(store.physical(path)).hash.digest)).toBe(hash)
  const stored = readdirSync(store.physical(path), 'buffer').map((bytes) => bytes.toString('hex'))
  expect(stored.sort()).toEqual(['7a', '80', 'c3a9', 'ff61'])
  store.close()
})

it('large trees and small ones have the same names, however they are added', () => {
  const tree = join(directory, 'many')
  mkdirSync(tree)
  for (let n = 0; n < 3; n++) writeFileSync(join(tree, `large-${n}`), Buffer.alloc(4_000_000, n))
  const root = join(directory, 'root')
  const store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
  const path = store.addFile('many', tree)
  expect(store.pathInfo(path)?.hash).toBe(`sha256:${hashPath(tree).hash.digest.toHex()}`)
  expect(hashPath(store.physical(path)).hash).toEqual(hashPath(tree).hash)
  expect(store.addFile('many', tree)).toBe(path)
  expect(readdirSync(store.layout.store).filter((entry) => entry.startsWith('.tmp-'))).toEqual([])
  store.close()
})
