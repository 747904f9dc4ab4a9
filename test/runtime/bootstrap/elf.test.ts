import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isDynamicElf, relocateElf } from '../../../runtime/bootstrap/elf.ts'
import { isInstalled } from '../../support/programs.ts'

const loader = '/lib64/ld-linux-x86-64.so.2'
const program = '/bin/ls'
const runs = process.arch === 'x64' && existsSync(loader) && existsSync(program)

describe.skipIf(!runs)('relocateElf', () => {
  const directory = mkdtempSync(join(tmpdir(), 'strata-elf-'))
  afterAll(() => rmSync(directory, { recursive: true }))

  const longRunpath = `/nowhere/${'x'.repeat(300)}:/gnu/store/y/lib`

  function relocated(): string {
    const otherLoader = join(directory, 'loader-of-our-own')
    if (!existsSync(otherLoader)) copyFileSync(realpathSync(loader), otherLoader)
    const file = join(directory, 'program')
    const { contents } = relocateElf(readFileSync(program), { interpreter: otherLoader, runpath: longRunpath })
    writeFileSync(file, contents, { mode: 0o755 })
    return file
  }

  it('makes a program that runs with its new interpreter', () => {
    expect(execFileSync(relocated(), ['-d', '/']).toString()).toBe('/\n')
  })

  it('keeps it well-formed for other tools', () => {
    if (!isInstalled('readelf')) return
    const output = execFileSync('readelf', ['-dlW', relocated()], { stdio: 'pipe' }).toString()
    expect(output).toContain(`(RUNPATH)            Library runpath: [${longRunpath}]`)
    expect(output).toContain(`interpreter: ${join(directory, 'loader-of-our-own')}`)
    expect(output).toContain('libc.so.6')
  })

  it('can be applied to its own result', () => {
    // The second note is used up by the second time; without one it must refuse instead of damaging.
    let contents: Uint8Array = readFileSync(program)
    expect(() => {
      for (let i = 0; i < 10; i++) contents = relocateElf(contents, { interpreter: loader, runpath: '/r' }).contents
    }).toThrow(/no PT_NOTE/)
  })

  it('leaves other files alone', () => {
    expect(isDynamicElf(Buffer.from('#!/bin/sh\n'))).toBe(false)
    expect(isDynamicElf(readFileSync(program))).toBe(true)
  })

  it('redirects compiled-in strings wherever they are referred to', () => {
    const libc = ['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/libc.so.6'].find((file) => existsSync(file))
    if (libc === undefined) return
    const { contents, redirected } = relocateElf(readFileSync(libc), {
      interpreter: loader,
      runpath: '/r',
      redirections: [{ from: '/bin/sh', to: '/somewhere/else/sh' }],
    })
    expect(redirected[0]).toBeGreaterThan(3)
    expect(Buffer.from(contents).includes('/somewhere/else/sh\0')).toBe(true)
  })
})
