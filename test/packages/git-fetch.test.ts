/** Origins that are commits of a repository, fetched by the host's Git: `git-fetch` and <git-checkout>. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchGitCheckout } from '../../runtime/downloads/index.ts'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'

const command = resolve(import.meta.dirname, '../../runtime/cli/strata')
let directory: string
let url: string
let commit: string

function strata(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root'), HOME: directory },
  })
  return { status, stdout, stderr }
}

function git(where: string, ...args: string[]): string {
  const names = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'protocol.file.allow=always']
  return execFileSync('git', ['-C', where, ...names, ...args], { encoding: 'utf8' }).trim()
}

function repository(name: string, files: Record<string, string>): string {
  const path = join(directory, name)
  mkdirSync(path)
  git(path, 'init', '--quiet', '--initial-branch=master')
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  git(path, 'add', '.')
  git(path, 'commit', '--quiet', '-m', 'first')
  return path
}

/** The origin of REFERENCE, fields of a <git-reference>, with HASH, as an expression. */
function origin(reference: string, hash: string): string {
  return `(begin (use-modules (guix) (guix git-download))
    (origin (method git-fetch) (uri (git-reference ${reference})) (file-name "checkout")
            (sha256 (base32 "${hash}"))))`
}

const zeros = '0'.repeat(52)

/** The hash that a build with a wrong one says to be right. */
function rightHash(reference: string): string {
  const { stderr, status } = strata(['build', '-e', origin(reference, zeros)])
  expect(status).toBe(1)
  const hash = /actual hash: +([0-9a-z]{52})/.exec(stderr)?.[1]
  if (hash === undefined) throw new Error(stderr)
  return hash
}

function built(reference: string): string {
  const { stdout, stderr } = strata(['build', '-e', origin(reference, rightHash(reference))])
  if (stdout === '') throw new Error(stderr)
  return join(directory, 'root', stdout.trim())
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-git-'))
  const inner = repository('inner', { inside: 'of the submodule' })
  const path = repository('project', { 'a.txt': 'first' })
  commit = git(path, 'rev-parse', 'HEAD')
  writeFileSync(join(path, 'a.txt'), 'second')
  git(path, 'submodule', '--quiet', 'add', inner, 'below')
  git(path, 'commit', '--quiet', '-am', 'second')
  git(path, 'tag', 'v2')
  url = `file://${path}`
})

afterAll(() => removeTree(directory))

describe.runIf(isInstalled('git'))('git-fetch', () => {
  test('a commit: a wrong hash is reported, with the right one the files are there', () => {
    const item = built(`(url "${url}") (commit "${commit}")`)
    expect(readdirSync(item)).toEqual(['a.txt'])
    expect(readFileSync(join(item, 'a.txt'), 'utf8')).toBe('first')
  })

  test('a tag, with submodules', () => {
    const item = built(`(url "${url}") (commit "v2") (recursive? #t)`)
    expect(readdirSync(item).sort()).toEqual(['.gitmodules', 'a.txt', 'below'])
    expect(readdirSync(join(item, 'below'))).toEqual(['inside'])
    expect(readdirSync(built(`(url "${url}") (commit "v2")`)).sort()).toEqual(['.gitmodules', 'a.txt', 'below'])
  })

  test('what does not exist is named', () => {
    const absent = 'f'.repeat(40)
    const { stderr, status } = strata(['build', '-e', origin(`(url "${url}") (commit "${absent}")`, zeros)])
    expect(status).toBe(1)
    expect(stderr).toContain(`cannot fetch commit ${absent} from ${url}: `)
    expect(strata(['build', '-e', origin('(url "file:///nowhere/at-all") (commit "v1")', zeros)]).stderr).toMatch(
      /cannot fetch commit v1 from file:\/\/\/nowhere\/at-all: '\/nowhere\/at-all' does not appear to be a git repository/,
    )
  })

  test('without Git on the host the remedy is told', async () => {
    const path = process.env.PATH
    process.env.PATH = '/nowhere'
    try {
      const fetched = fetchGitCheckout({ url, commit, recursive: false, name: 'x', output: join(directory, 'x') })
      await expect(fetched).rejects.toThrow(
        expect.objectContaining({ kind: 'missing-program', hint: 'install Git, or add its directory to PATH' }),
      )
    } finally {
      process.env.PATH = path
    }
  })
})

describe.runIf(isInstalled('git'))('a git-checkout', () => {
  test('lowers to the files at a branch', () => {
    const expression = `(begin (use-modules (guix git)) (git-checkout (url "${url}") (branch "master")))`
    const { stdout, stderr } = strata(['build', '-e', expression])
    expect(stdout, stderr).toMatch(/^\/gnu\/store\/[a-z0-9]{32}-project-[0-9a-f]{7}\n$/)
    expect(readFileSync(join(directory, 'root', stdout.trim(), 'a.txt'), 'utf8')).toBe('second')
    const absent = `(begin (use-modules (guix git)) (git-checkout (url "${url}") (branch "nope")))`
    expect(strata(['build', '-e', absent]).stderr).toContain(
      `cannot fetch branch 'nope' from ${url}: branch 'nope' not found`,
    )
  })
})
