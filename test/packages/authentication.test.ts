/** Channels with introductions: commits have to be signed by those whom their parents authorize. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'

const command = resolve(import.meta.dirname, '../../runtime/cli/strata')
const available = ['git', 'gpg'].every(isInstalled)
if (!available) console.log('skipped: authentication of channels (git or gpg is not installed)')

let directory: string
let repository: string
let alice: string
let mallory: string

function gpg(...args: string[]): string {
  return execFileSync('gpg', ['--batch', '--quiet', '--homedir', join(directory, 'gnupg'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function git(...args: string[]): string {
  const names = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org']
  return execFileSync('git', ['-C', repository, ...names, ...args], {
    encoding: 'utf8',
    env: { ...process.env, GNUPGHOME: join(directory, 'gnupg') },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

/** FINGERPRINT as people read it. */
function readable(fingerprint: string): string {
  const groups = fingerprint.match(/.{4}/g) ?? []
  return `${groups.slice(0, 5).join(' ')}  ${groups.slice(5).join(' ')}`
}

function makeKey(name: string): string {
  gpg('--passphrase', '', '--quick-gen-key', `${name} <${name}@example.org>`, 'ed25519', 'sign', 'never')
  return /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys', `${name}@example.org`))?.[1] ?? ''
}

/** Commit FILE with TEXT, signed by KEY if it is given. */
function commit(file: string, text: string, key?: string): string {
  writeFileSync(join(repository, file), text)
  git('add', file)
  git('commit', '--quiet', '-m', file, key === undefined ? '--no-gpg-sign' : `--gpg-sign=${key}`)
  return git('rev-parse', 'HEAD')
}

function pull(introduction: string, signer: string, ...options: string[]) {
  writeFileSync(
    join(directory, 'channels.scm'),
    `(list (channel (name 'signed) (url "file://${repository}")
      (introduction (make-channel-introduction "${introduction}" (openpgp-fingerprint "${signer}")))))`,
  )
  const home = mkdtempSync(join(directory, 'home-'))
  const { status, stderr } = spawnSync(command, ['pull', '--no-index', '-C', 'channels.scm', ...options], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, 'cache'), STRATA_ROOT: join(directory, 'root') },
  })
  return { status, stderr }
}

beforeAll(() => {
  if (!available) return
  directory = mkdtempSync(join(tmpdir(), 'strata-signed-'))
  repository = join(directory, 'repository')
  mkdirSync(repository)
  mkdirSync(join(directory, 'gnupg'), { mode: 0o700 })
  alice = makeKey('alice')
  mallory = makeKey('mallory')
  git('init', '--quiet', '--initial-branch=keyring')
  writeFileSync(join(repository, 'mallory.key'), gpg('--armor', '--export', mallory))
  git('add', 'mallory.key')
  commit('alice.key', gpg('--armor', '--export', alice))
  git('checkout', '--quiet', '--orphan', 'master')
  git('rm', '--quiet', '-rf', '.')
})
afterAll(() => {
  if (!available) return
  spawnSync('gpgconf', ['--homedir', join(directory, 'gnupg'), '--kill', 'gpg-agent'])
  removeTree(directory)
})

describe.runIf(available)('authentication', () => {
  test('commits by those who are authorized are taken, others are refused', () => {
    const before = commit('before', 'unsigned')
    const first = commit('.guix-authorizations', `(authorizations (version 0) (("${alice}" (name "alice"))))`, alice)
    expect(pull(first, alice)).toMatchObject({ status: 0 })
    const second = commit('a', '1', alice)
    expect(pull(first, alice)).toMatchObject({ status: 0 })

    const [done, wrong] = [alice, mallory].map((signer) =>
      spawnSync(command, ['git', 'authenticate', '--stats', '--cache-key=test', first, signer], {
        cwd: repository,
        encoding: 'utf8',
        env: { ...process.env, XDG_CACHE_HOME: mkdtempSync(join(directory, 'cache-')) },
      }),
    )
    expect(done?.stdout).toMatch(new RegExp(`${readable(alice)} +1\n`))
    expect(done?.stderr).toContain(`successfully authenticated commit ${second}`)
    expect(done?.status).toBe(0)
    expect(wrong?.stderr).toContain(`initial commit ${first} is signed by '`)
    expect(wrong?.status).toBe(1)

    const other = pull(first, mallory)
    expect(other.status).toBe(1)
    expect(other.stderr).toContain(`initial commit ${first} is signed by '`)

    git('branch', 'fine')
    const evil = commit('b', '2', mallory)
    const refused = pull(first, alice)
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain(`commit ${evil} not signed by an authorized key: ${readable(mallory)}`)
    expect(pull(first, alice, '--disable-authentication')).toMatchObject({ status: 0 })

    git('reset', '--quiet', '--hard', second)
    const unsigned = commit('c', '3')
    expect(pull(first, alice).stderr).toContain(`commit ${unsigned} lacks a signature`)

    git('reset', '--quiet', '--hard', second)
    git('rm', '--quiet', '.guix-authorizations')
    const removed = commit('d', '4', alice)
    commit('after', '5', alice)
    expect(pull(first, alice).stderr).toContain(`commit ${removed} attempts to remove '.guix-authorizations'`)

    git('reset', '--quiet', '--hard', before)
    expect(pull(first, alice).stderr).toContain(`commit ${before} is not a descendant of introductory commit ${first}`)
  })

  test('a commit whose text was changed after it was signed is refused', () => {
    git('reset', '--quiet', '--hard', 'fine')
    const first = git('rev-list', '--max-parents=1', 'HEAD', '--', '.guix-authorizations')
    const forged = git('cat-file', 'commit', 'HEAD').replace(/\na$/, '\nsomething else')
    writeFileSync(join(directory, 'forged'), `${forged}\n`)
    const id = git('hash-object', '-t', 'commit', '-w', join(directory, 'forged'))
    git('reset', '--quiet', '--hard', id)
    expect(pull(first, alice).stderr).toContain(`signature verification failed for commit ${id}`)
  })
})
