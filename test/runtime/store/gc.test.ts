import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StorePath } from '../../../runtime/formats/index.ts'
import {
  collectGarbage,
  computeLiveness,
  linkedRoots,
  makeRoot,
  removeTree,
  Store,
  storeLayout,
} from '../../../runtime/store/index.ts'

let root: string
let store: Store
let leaf: StorePath
let middle: StorePath
let top: StorePath

function add(name: string, ...references: StorePath[]): StorePath {
  return store.addText(name, new TextEncoder().encode(references.join(' ')), references)
}

/** Another process's view: this one's temporary roots are gone. */
function reopen(): void {
  store.close()
  store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'strata-gc-'))
  store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
  leaf = add('leaf')
  middle = add('middle', leaf)
  top = add('top', middle)
})

afterEach(() => {
  store.close()
  removeTree(root)
})

describe('garbage collection', () => {
  test('what this process added is live until it ends', () => {
    expect(computeLiveness(store).dead).toEqual([])
    reopen()
    expect(computeLiveness(store).dead).toEqual([leaf, middle, top].sort())
  })

  test('an indirect root keeps a closure; removing its link frees it', () => {
    reopen()
    const link = join(root, 'result')
    makeRoot(store.layout, link, middle)
    expect(linkedRoots(store.layout)).toEqual([{ source: link, path: middle }])
    expect(collectGarbage(store).deleted).toEqual([top])
    expect(existsSync(store.physical(leaf))).toBe(true)
    unlinkSync(link)
    expect([...collectGarbage(store).deleted].sort()).toEqual([leaf, middle].sort())
    expect(existsSync(store.physical(leaf))).toBe(false)
    expect(store.database.validPaths()).toEqual([])
  })

  test('deleting a live item is refused and names it', () => {
    reopen()
    symlinkSync(top, join(store.layout.state, 'gcroots/keep'))
    expect(() => collectGarbage(store, { only: [leaf] })).toThrow(
      `cannot delete path \`${leaf}' since it is still alive`,
    )
    expect(store.database.isValid(leaf)).toBe(true)
  })

  test('deleting a dead item deletes what refers to it', () => {
    reopen()
    expect(collectGarbage(store, { only: [middle] }).deleted).toEqual([top, middle])
    expect(store.database.isValid(leaf)).toBe(true)
  })

  test('collecting stops when enough was freed', () => {
    reopen()
    expect(collectGarbage(store, { minimum: 1 }).deleted).toHaveLength(1)
  })

  test('left-overs of crashed processes go, those of running ones stay', () => {
    const base = join(store.layout.store, '8wwngj859kwivznicgbjj43yqdccipvs-crashed')
    writeFileSync(base, 'half written')
    writeFileSync(join(store.layout.store, `.tmp-${process.pid}-x`), 'being written')
    writeFileSync(join(store.layout.store, '.tmp-999999999-x'), 'abandoned')
    collectGarbage(store)
    expect(existsSync(base)).toBe(false)
    expect(existsSync(join(store.layout.store, '.tmp-999999999-x'))).toBe(false)
    expect(existsSync(join(store.layout.store, `.tmp-${process.pid}-x`))).toBe(true)
  })

  test('what a running process names in its environment is live', async () => {
    reopen()
    const child = spawn('sleep', ['60'], { env: { ...process.env, KEEP: middle }, stdio: 'ignore' })
    await new Promise((resolve) => child.once('spawn', resolve))
    expect(computeLiveness(store).dead).toEqual([top])
    child.kill()
  })
})
