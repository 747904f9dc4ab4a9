/** Channels whose `.guix-channel` is wrong or means harm: refused with a word about it, nothing of the host is reached. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'

const available = isInstalled('git')
if (!available) console.log('skipped: hostile channels (git is not installed)')

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-hostile-'))
})
afterAll(() => removeTree(directory))

function repository(metadata: string | Uint8Array, prepare: (place: string) => void = () => {}): string {
  const place = mkdtempSync(join(directory, 'repository-'))
  mkdirSync(join(place, 'foo'))
  writeFileSync(join(place, 'foo/bar.scm'), '(define-module (foo bar))\n')
  writeFileSync(join(place, '.guix-channel'), metadata)
  prepare(place)
  const names = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org']
  for (const words of [
    ['init', '--quiet'],
    ['add', '-A'],
    [...names, 'commit', '--quiet', '-m', 'x'],
  ])
    execFileSync('git', ['-C', place, ...words], { stdio: 'ignore' })
  return place
}

/** Pull the channel at URL with the fields MORE; return the status and what was said. */
function pull(url: string, more = '') {
  const home = mkdtempSync(join(directory, 'home-'))
  writeFileSync(join(home, 'channels.scm'), `(list (channel (name 'hostile) (url ${JSON.stringify(url)}) ${more}))`)
  const { status, stderr } = spawnSync(
    resolve(import.meta.dirname, '../../runtime/cli/strata'),
    ['pull', '--no-index', '-C', 'channels.scm'],
    {
      cwd: home,
      encoding: 'utf8',
      env: { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, 'cache'), STRATA_ROOT: join(directory, 'root') },
    },
  )
  return { status, stderr }
}

describe.skipIf(!available)('channels', () => {
  test.each([
    ['a directory above the channel', '(channel (version 0) (directory "foo/../.."))', /invalid file name "foo/],
    ['news from elsewhere', '(channel (version 0) (news-file "../../etc/passwd"))', /invalid file name "\.\./],
    ['a directory that is a number', '(channel (version 0) (directory 42))', /invalid file name 42/],
    ['a version to come', '(channel (version 7))', /unsupported '\.guix-channel' version/],
    ['half a file', '(channel (version 0)', /\.guix-channel/],
    ['no text', new Uint8Array([0xff, 0xfe, 0x28]), /\.guix-channel/],
  ])('%s is refused', (_, metadata, complaint) => {
    const { status, stderr } = pull(`file://${repository(metadata)}`)
    expect(stderr).toMatch(complaint)
    expect(status).toBe(1)
  })

  test('a link out of the channel is not followed', () => {
    const place = repository('(channel (version 0) (directory "etc"))', (at) => symlinkSync('/etc', join(at, 'etc')))
    expect(pull(`file://${place}`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('names the directory "/etc", which it does not have'),
    })
  })

  test('what looks like an option of git is none', () => {
    const evidence = join(directory, 'evidence')
    const option = JSON.stringify(`--upload-pack=touch ${evidence}`)
    const place = `file://${repository('(channel (version 0))')}`
    expect(pull(place, `(branch ${option})`).status).toBe(1)
    expect(pull(place, `(commit ${option})`).status).toBe(1)
    expect(pull(`--upload-pack=touch ${evidence}`).status).toBe(1)
    expect(pull(`ext::sh -c touch% ${evidence}`).status).toBe(1)
    expect(existsSync(evidence)).toBe(false)
  })

  test('channels that depend on each other are each taken once', () => {
    const first = repository('(channel (version 0))')
    const second = repository(`(channel (version 0) (dependencies (channel (name hostile) (url "file://${first}"))))`)
    writeFileSync(
      join(first, '.guix-channel'),
      `(channel (version 0) (dependencies (channel (name second) (url "file://${second}"))))`,
    )
    const names = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org']
    execFileSync('git', ['-C', first, ...names, 'commit', '--quiet', '-a', '-m', 'y'])
    const { status, stderr } = pull(`file://${first}`)
    expect(stderr.match(/^Updating channel/gm)).toHaveLength(2)
    expect(status).toBe(0)
  })
})
