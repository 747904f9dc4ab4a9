import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StorePath } from '../../../runtime/formats/index.ts'
import { FileLock, hashPath, ReferenceScanner, removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { readVectors } from '../../support/vectors.ts'

let root: string
let store: Store

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'strata-test-'))
  store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
})

afterEach(() => {
  store.close()
  removeTree(root)
})

const hasNix = spawnSync('nix-store', ['--version']).status === 0

describe('adding', () => {
  test('a text gets the path of the real daemons and canonical metadata', () => {
    const [v] = readVectors('store-paths.json').storeDirs['/gnu/store'].texts
    const path = store.addText(v.name, new TextEncoder().encode(v.text), [])
    expect(path).toBe(v.path)
    const stat = statSync(store.physical(path))
    expect(stat.mode & 0o777).toBe(0o444)
    expect(stat.mtimeMs).toBe(1000)
    expect(store.isValid(path)).toBe(true)
  })

  test('a tree is copied with its links and executable bits', () => {
    const tree = join(root, 'tree')
    mkdirSync(join(tree, 'bin'), { recursive: true })
    writeFileSync(join(tree, 'bin/run'), '#!/bin/sh\n')
    chmodSync(join(tree, 'bin/run'), 0o750)
    symlinkSync('bin/run', join(tree, 'link'))
    const path = store.addFile('tree', tree)
    expect(hashPath(store.physical(path))).toEqual(hashPath(tree))
    expect(statSync(join(store.physical(path), 'bin')).mode & 0o777).toBe(0o555)
    expect(store.pathInfo(path)?.narSize).toBe(hashPath(tree).size)
  })

  test('adding a socket or device is refused and leaves nothing behind', () => {
    const tree = join(root, 'tree')
    mkdirSync(tree)
    execFileSync('mkfifo', [join(tree, 'pipe')])
    expect(() => store.addFile('tree', tree)).toThrow('only regular files')
    expect(readdirSync(store.layout.store)).toEqual([])
  })

  test('references must be valid', () => {
    const missing = '/gnu/store/8wwngj859kwivznicgbjj43yqdccipvs-hello' as StorePath
    expect(() => store.addText('x', new Uint8Array(), [missing])).toThrow('which is not valid')
    expect(store.database.validPaths()).toEqual([])
  })

  test('closures list references first', () => {
    const a = store.addText('a', new Uint8Array(), [])
    const b = store.addText('b', new TextEncoder().encode(a), [a])
    const c = store.addText('c', new TextEncoder().encode(b), [b])
    expect(store.closure([c])).toEqual([a, b, c])
    expect(store.database.referrers(a)).toEqual([b])
  })
})

describe.skipIf(!hasNix)('beside the real nix-store', () => {
  test('the same additions give the same paths, and its database reader accepts ours', () => {
    const tree = join(root, 'tree')
    mkdirSync(tree)
    writeFileSync(join(tree, 'file'), 'contents\n')
    const path = store.addFile('tree', tree)
    const text = store.addText('refers', new TextEncoder().encode(path), [path])
    store.close()
    const env = {
      ...process.env,
      NIX_STORE_DIR: '/gnu/store',
      NIX_STATE_DIR: store.layout.state,
      NIX_REMOTE: `local?real=${store.layout.store}`,
    }
    const nix = (...args: string[]): string => execFileSync('nix-store', args, { env, encoding: 'utf8' }).trim()
    expect(nix('--query', '--references', text)).toBe(path)
    expect(nix('--query', '--hash', path)).toMatch(/^sha256:/)
    store = new Store(store.layout)
    expect(store.isValid(text)).toBe(true)
  })
})

describe('reference scanning', () => {
  test('hashes are found across the seams of pieces of any size', () => {
    const candidates = ['8wwngj859kwivznicgbjj43yqdccipvs', '10vvmw4rs15w4nw32yd0555fblakzj6j'].map(
      (hash) => `/gnu/store/${hash}-x` as StorePath,
    )
    const bytes = new TextEncoder().encode(`zzzz${candidates[0]}zz\0${candidates[1]?.slice(11, 43)}`)
    for (let size = 1; size <= bytes.length; size++) {
      const scanner = new ReferenceScanner(candidates)
      for (let at = 0; at < bytes.length; at += size) scanner.scan(bytes.subarray(at, at + size))
      expect(scanner.references()).toEqual([...candidates].sort())
    }
  })
})

describe('file locks', () => {
  test('another process cannot take a lock that is held', () => {
    const file = join(root, 'x.lock')
    const lock = FileLock.tryAcquire(file)
    const attempt = `
      const { FileLock } = await import('${new URL('../../../runtime/store/index.ts', import.meta.url).href}')
      process.exit(FileLock.tryAcquire(${JSON.stringify(file)}) === undefined ? 7 : 8)`
    const run = (): number | null =>
      spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', attempt])
        .status
    expect(run()).toBe(7)
    lock?.release({ remove: true })
    expect(run()).toBe(8)
  })
})
