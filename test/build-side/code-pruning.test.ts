import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pruneCode } from '../../build-side/code-pruning.ts'

const day = 24 * 60 * 60
let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-code-'))
  mkdirSync(join(directory, 'files'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** A file that was READ and WRITTEN so many days ago. */
function unit(name: string, { read, written }: { read: number; written: number }, size = 0): string {
  const file = join(directory, name)
  writeFileSync(file, Buffer.alloc(size))
  const now = Date.now() / 1000
  utimesSync(file, now - read * day, now - written * day)
  return file
}

test('what nobody has read for a month goes, the rest stays', () => {
  const old = unit('m1.js', { read: 40, written: 50 })
  const oldName = unit('files/m1', { read: 40, written: 40 })
  const used = unit('m2.js', { read: 1, written: 50 })
  const made = unit('m3.js', { read: 40, written: 1 })
  pruneCode(directory)
  expect([old, oldName, used, made].map((file) => existsSync(file))).toEqual([false, false, true, true])
})

test('a unit stays whole while one of its files is read', () => {
  const files = ['m1.js', 'm1.0.v8', 'm1.parts'].map((name) =>
    unit(name, { read: name === 'm1.js' ? 1 : 40, written: 50 }),
  )
  pruneCode(directory)
  expect(files.every((file) => existsSync(file))).toBe(true)
})

test('what was read last stays, up to a size', () => {
  const sized = (name: string, read: number): string => unit(name, { read, written: 20 }, 40_000)
  const [newest, old, older, oldest] = [sized('m1.js', 1), sized('m2.parts', 3), sized('m3.js', 4), sized('m4.js', 5)]
  pruneCode(directory, { limit: 200_000 })
  expect(existsSync(oldest)).toBe(true)
  pruneCode(directory, { now: Date.now() + day * 1000, limit: 110_000 })
  expect([newest, old, older, oldest].map((file) => existsSync(file))).toEqual([true, true, false, false])
})

test('not again within an hour', () => {
  pruneCode(directory)
  const old = unit('m1.js', { read: 40, written: 50 })
  pruneCode(directory)
  expect(existsSync(old)).toBe(true)
  pruneCode(directory, { now: Date.now() + 2 * day * 1000 })
  expect(existsSync(old)).toBe(false)
})

test('a directory that is not there is no error', () => {
  expect(() => pruneCode(join(directory, 'none'))).not.toThrow()
})
