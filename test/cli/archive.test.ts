/** `strata archive` with single items, NARs: what is unpacked is there as a whole or not at all. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dumpPath } from '../../runtime/store/index.ts'
import { strata } from '../support/daemons.ts'

const directory = mkdtempSync(join(tmpdir(), 'strata-archive-'))
afterAll(() => rmSync(directory, { recursive: true }))

function archive(input: Uint8Array, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(strata, ['archive', ...args], {
    cwd: directory,
    input,
    env: { ...process.env, STRATA_ROOT: join(directory, 'root') },
  })
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}

describe('strata archive', () => {
  const tree = join(directory, 'tree')
  mkdirSync(tree)
  writeFileSync(join(tree, 'file'), 'contents')
  writeFileSync(join(tree, 'program'), '#!', { mode: 0o755 })
  const pieces: Uint8Array[] = []
  dumpPath(tree, (bytes) => pieces.push(Uint8Array.from(bytes)))
  const nar = Buffer.concat(pieces)

  it('-x unpacks a NAR, and -t lists it', () => {
    expect(archive(nar, '-x', 'copy')).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(join(directory, 'copy/file'), 'utf8')).toBe('contents')
    expect(archive(nar, '-t').stdout).toMatch(/^D \nr \/file +8 B\nx \/program +2 B\n$/)
  })

  it.each([
    ['cut off', nar.subarray(0, nar.length - 50)],
    ['damaged', Buffer.concat([nar.subarray(0, 8), Buffer.from('nonsense'), nar.subarray(16)])],
  ])('-x leaves nothing of a NAR that is %s', (_, bytes) => {
    expect(archive(bytes, '-x', 'broken').status).toBe(1)
    expect(readdirSync(directory).filter((name) => name.startsWith('broken'))).toEqual([])
  })

  it('-x does not replace what is there', () => {
    mkdirSync(join(directory, 'there'))
    expect(archive(nar, '-x', 'there')).toMatchObject({ status: 1, stderr: expect.stringContaining('exists') })
    expect(readdirSync(join(directory, 'there'))).toEqual([])
  })
})
