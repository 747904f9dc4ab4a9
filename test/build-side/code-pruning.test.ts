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

function unit(name: string, { read, written }: { read: number; written: number }): string {
  const file = join(directory, name)
  writeFileSync(file, '')
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

test('once a day', () => {
  pruneCode(directory)
  const old = unit('m1.js', { read: 40, written: 50 })
  pruneCode(directory)
  expect(existsSync(old)).toBe(true)
  pruneCode(directory, Date.now() + 2 * day * 1000)
  expect(existsSync(old)).toBe(false)
})

test('a directory that is not there is no error', () => {
  expect(() => pruneCode(join(directory, 'none'))).not.toThrow()
})
