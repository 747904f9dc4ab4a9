/** Channels from `pull` to packages: repositories, directories, dependencies, generations, descriptions, other times. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'

const command = resolve(import.meta.dirname, '../../runtime/cli/strata')
let directory: string
let home: string

function strata(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: directory,
    encoding: 'utf8',
    env: {
      ...process.env,
      STRATA_ROOT: join(directory, 'root'),
      HOME: home,
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CACHE_HOME: join(directory, 'cache'),
      XDG_CONFIG_HOME: join(home, 'config'),
      ...env,
    },
  })
  return { status, stdout, stderr }
}

function ok(args: readonly string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = strata(args, env)
  expect(status, stderr).toBe(0)
  return stdout
}

function git(where: string, ...args: string[]): string {
  const names = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org']
  return execFileSync('git', ['-C', where, ...names, ...args], { encoding: 'utf8' }).trim()
}

function file(name: string, text: string): void {
  const path = join(directory, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** A module (CHANNEL things) below DIRECTORY with a package NAME. */
function recipe(channel: string, where: string, name: string, version = '1', more = ''): void {
  file(
    `${where}/${channel}/things.scm`,
    `(define-module (${channel} things)
  #:use-module (guix packages) #:use-module (guix gexp) #:use-module (guix build-system trivial))
(define-public thing
  (package
    (name "${name}") (version "${version}") (source #f) (build-system trivial-build-system)
    (arguments (list #:builder #~(mkdir #$output)))
    (synopsis "A thing") (description "") (home-page #f) (license #f)))${more}\n`,
  )
}

/** Commit what is below the directory NAME; return the commit. */
function commit(name: string, message = 'change'): string {
  const path = join(directory, name)
  if (!existsSync(join(path, '.git'))) git(path, 'init', '--quiet', '--initial-branch=master')
  git(path, 'add', '.')
  git(path, 'commit', '--quiet', '-m', message)
  return git(path, 'rev-parse', 'HEAD')
}

let homes = 0
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-pull-'))
})
beforeEach(() => {
  home = join(directory, `home-${homes++}`)
  mkdirSync(home)
})
afterAll(() => removeTree(directory))

describe.runIf(isInstalled('git'))('pull', () => {
  test('packages of a repository are there afterwards; generations go back and forth', () => {
    recipe('first', 'first', 'first-thing')
    const one = commit('first')
    file('first.scm', `(list (channel (name 'first) (url "file://${directory}/first")))`)
    expect(strata(['show', 'first-thing']).status).toBe(1)
    expect(ok(['pull', '-C', 'first.scm'])).toContain(`commit: ${one}`)
    expect(ok(['show', 'first-thing'])).toContain('version: 1\n')
    expect(ok(['build', '-d', 'first-thing'])).toMatch(/-first-thing-1\.drv\n$/)
    expect(strata(['pull', '-C', 'first.scm']).stderr).toContain('nothing to be done')

    recipe('first', 'first', 'first-thing', '2')
    const two = commit('first')
    const would = ok(['pull', '-n', '-C', 'first.scm', '--no-substitutes', '-c', '1'])
    expect(would).toMatch(new RegExp(`^would make generation 2\n[^]*commit: ${two}\n$`))
    expect(ok(['time-machine', '-n', '-C', 'first.scm', '--', 'build', 'first-thing'])).toContain(`commit: ${two}\n`)
    expect(ok(['pull', '-l'])).not.toContain('Generation 2')
    expect(ok(['pull', '-C', 'first.scm'])).toContain('Generation 2\t')
    expect(ok(['show', 'first-thing'])).toContain('version: 2\n')
    expect(ok(['pull', '-l'])).toMatch(
      new RegExp(`^Generation 1\t[^(]*${one}\nGeneration 2\t.*\\(current\\)\n[^]*${two}\n$`),
    )

    expect(ok(['pull', '-l', '--details'])).toMatch(/\n {2}1 package upgraded: first-thing@2\n$/)

    expect(ok(['pull', '--roll-back'])).toBe('switched from generation 2 to 1\n')
    expect(ok(['build', '-d', 'first-thing'])).toMatch(/-first-thing-1\.drv\n$/)
    expect(ok(['pull', '-S', '+1'])).toBe('switched from generation 1 to 2\n')
    expect(strata(['pull', '-S', '7']).stderr).toContain("cannot switch to generation '7'")
    expect(ok(['pull', '-d'])).toContain('current-1-link')
    expect(readdirSync(join(home, 'state/strata/channels/profiles'))).toHaveLength(1)
    expect(strata(['pull', '--roll-back']).stderr).toContain('there is no generation before 2')

    // Going back has to be asked for.
    const back = strata(['pull', '-C', 'first.scm', `--commit=${one}`])
    expect(back.stderr).toContain(
      `aborting update of channel 'first' to commit ${one}, which is not a descendant of ${two}`,
    )
    expect(back.status).toBe(1)
    ok(['pull', '-C', 'first.scm', `--commit=${one}`, '--allow-downgrades'])
    expect(ok(['show', 'first-thing'])).toContain('version: 1\n')
  })

  test('the checkouts of generations are not garbage', () => {
    recipe('kept', 'kept', 'kept-thing')
    commit('kept')
    file('kept.scm', `(list (channel (name 'kept) (url "${directory}/kept")))`)
    ok(['pull', '-C', 'kept.scm'])
    ok(['gc'])
    expect(ok(['show', 'kept-thing'])).toContain('name: kept-thing')
  })

  test('a sub-directory of modules, and channels that a channel depends on', () => {
    recipe('base', 'base/modules', 'base-thing')
    file('base/.guix-channel', '(channel (version 0) (directory "modules"))')
    commit('base')
    recipe(
      'upper',
      'upper',
      'upper-thing',
      '1',
      '\n(use-modules (base things))\n(define-public again (package (inherit thing) (name "again")))',
    )
    file(
      'upper/.guix-channel',
      `(channel (version 0) (dependencies (channel (name base) (url "file://${directory}/base"))))`,
    )
    commit('upper')
    file('config', '')
    mkdirSync(join(home, 'config/guix'), { recursive: true })
    writeFileSync(
      join(home, 'config/guix/channels.scm'),
      `(list (channel (name 'upper) (url "file://${directory}/upper")))`,
    )
    ok(['pull'])
    expect(
      ok(['package', '-A', 'thing|again'])
        .split('\n')
        .map((line) => line.split('\t')[0]?.trim()),
    ).toEqual(expect.arrayContaining(['again', 'base-thing', 'upper-thing']))
    // What the user names comes first.
    recipe('upper', 'mine', 'mine-thing')
    expect(ok(['build', '-d', '-L', 'mine', 'mine-thing'])).toMatch(/-mine-thing-1\.drv\n$/)
  })

  test('a directory without a repository, at what it has now', () => {
    recipe('plain', 'plain', 'plain-thing')
    file('plain.scm', `(list (channel (name 'plain) (url "${directory}/plain")))`)
    ok(['pull', '-C', 'plain.scm'])
    recipe('plain', 'plain', 'plain-thing', '2')
    expect(ok(['show', 'plain-thing'])).toContain('version: 1\n')
    ok(['pull', '-C', 'plain.scm'])
    expect(ok(['show', 'plain-thing'])).toContain('version: 2\n')
  })

  test('a recipe that does not load does not hide the others', () => {
    recipe('broken', 'broken', 'whole-thing')
    file('broken/broken/wrong.scm', '(define-module (broken wrong))\n(no-such-procedure)\n')
    commit('broken')
    file('broken.scm', `(list (channel (name 'broken) (url "file://${directory}/broken")))`)
    const { status, stderr } = strata(['pull', '-C', 'broken.scm'])
    expect(stderr).toContain('no-such-procedure')
    expect(status).toBe(0)
    expect(ok(['show', 'whole-thing'])).toContain('name: whole-thing')
  })

  test('a whole Guix channel: its packages in the place of the own, its other modules not', () => {
    recipe('packages', 'guix/gnu', 'base-thing')
    file(
      'guix/gnu/packages/base.scm',
      readFileSync(join(directory, 'guix/gnu/packages/things.scm'), 'utf8').replace(
        '(packages things)',
        '(gnu packages base)',
      ),
    )
    file('guix/gnu/packages/things.scm', '(define-module (gnu packages things))')
    file('guix/gnu/packages/commencement.scm', '(define-module (gnu packages commencement))')
    file('guix/guix/packages.scm', '(error "not to be loaded")')
    file('guix/guix/new-module.scm', '(define-module (guix new-module) #:export (new)) (define new 42)')
    commit('guix')
    file('guix.scm', `(list (channel (name 'guix) (url "file://${directory}/guix")))`)
    expect(strata(['pull', '-C', 'guix.scm']).stderr).toContain(
      "channel 'guix' lacks an introduction and cannot be authenticated",
    )
    ok(['pull', '-C', 'guix.scm', '--disable-authentication'])
    expect(
      ok(['package', '-A'])
        .split('\n')
        .map((line) => line.split('\t')[0]?.trim()),
    ).toEqual(['base-thing', ''])
    expect(ok(['-c', '(use-modules (guix packages) (guix new-module)) (display new)'])).toBe('42')
    expect(ok(['package', '-A', '^hello$'], { STRATA_CHANNELS: '' })).toMatch(/^hello\t/)
  })
})

describe.runIf(isInstalled('git'))('mistakes', () => {
  test.each([
    [
      '(list (channel (name \'a) (url "file:///nowhere")))',
      /cannot update the channels 'a' \(file:\/\/\/nowhere\): .*does not appear to be a git repository|'\/nowhere' does not exist/,
    ],
    ["'(a b)", /wrong\.scm: a list of channels is expected, .*; got \(a b\)/],
    ['(list (channel (name \'a) (url "x")) (channel (name \'a) (url "y")))', /wrong\.scm: two channels are called `a'/],
    ["(list (channel (name 'a)))", /wrong\.scm:1:6: error: .*url/],
    [
      "(list (channel (name 'a)\n  (url 42)))",
      /wrong\.scm:2:2: error: invalid url of a channel: 42; expected a string/,
    ],
    [
      '(list (channel (url "x") (name \'a)\n (branch \'main)))',
      /wrong\.scm:2:9: error: invalid branch of a channel: main; expected a string/,
    ],
    ['\n42', /wrong\.scm:2:0: error: .*a list of channels is expected/],
  ])('%s', (text, message) => {
    file('wrong.scm', text)
    const { status, stderr } = strata(['pull', '-C', 'wrong.scm'])
    expect(stderr).toMatch(message)
    expect(status).toBe(1)
    expect(existsSync(join(home, 'state/strata/channels/current'))).toBe(false)
  })

  test('a `.guix-channel` of another version', () => {
    file('odd/.guix-channel', '\n(channel (version 42))')
    commit('odd')
    file('wrong.scm', `(list (channel (name 'odd) (url "file://${directory}/odd")))`)
    expect(strata(['pull', '-C', 'wrong.scm']).stderr).toMatch(
      /\.guix-channel:2:0: error: unsupported '\.guix-channel' version/,
    )
  })

  test('nothing was pulled', () => {
    const { status, stderr } = strata(['describe'])
    expect(stderr).toContain('no channels were pulled')
    expect(status).toBe(1)
  })
})

describe.runIf(isInstalled('git'))('describe and time-machine', () => {
  test('the description in all formats; a channels file of it leads to the same packages later', () => {
    recipe('past', 'past', 'past-thing')
    const one = commit('past')
    file(
      'past.scm',
      `(list (channel (name 'past) (url "file://${directory}/past") (introduction (make-channel-introduction "${one}"
        (openpgp-fingerprint "BBB0 2DDF 2CEA F6A8 0D1D  E643 A2A0 6DF2 A33A 54FA")))))`,
    )
    ok(['pull', '-C', 'past.scm', '--disable-authentication'])
    expect(ok(['describe'])).toBe(
      `Generation 1\t${/\t(.*)\t/.exec(ok(['describe']))?.[1]}\t(current)
  past ${one.slice(0, 7)}
    repository URL: file://${directory}/past
    branch: master
    commit: ${one}\n`,
    )
    expect(JSON.parse(ok(['describe', '--json']))).toEqual([
      {
        name: 'past',
        url: `file://${directory}/past`,
        branch: 'master',
        commit: one,
        introduction: { commit: one, signer: 'BBB0 2DDF 2CEA F6A8 0D1D  E643 A2A0 6DF2 A33A 54FA' },
      },
    ])
    expect(ok(['describe', '-f', 'recutils'])).toBe(
      `name: past
url: file://${directory}/past
branch: master
commit: ${one}
introductioncommit: ${one}
introductionsigner: BBB0 2DDF 2CEA F6A8 0D1D  E643 A2A0 6DF2 A33A 54FA\n\n`,
    )
    expect(ok(['describe', '-f', 'channels'])).toContain('(make-channel-introduction')
    const pinned = ok(['describe', '-f', 'channels-sans-intro'])
    expect(pinned).not.toContain('introduction')

    recipe('past', 'past', 'past-thing', '2')
    commit('past')
    file('unsigned.scm', `(list (channel (name 'past) (url "file://${directory}/past")))`)
    expect(ok(['time-machine', '-C', 'unsigned.scm', '--', 'build', '-d', 'past-thing'])).toMatch(
      /-past-thing-2\.drv\n$/,
    )
    file('pinned.scm', pinned)
    for (let i = 0; i < 2; i++) {
      expect(ok(['time-machine', '-C', 'pinned.scm', '--', 'build', '-d', 'past-thing'])).toMatch(
        /-past-thing-1\.drv\n$/,
      )
    }
    expect(ok(['build', '-d', 'past-thing'])).toMatch(/-past-thing-1\.drv\n$/)
    expect(strata(['time-machine', '-C', 'pinned.scm', '--', 'show', 'nothing-here']).status).toBe(1)
  })
})
