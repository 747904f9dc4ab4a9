/** Clients of strata's daemon at the edges: those nobody trusts, several at once, those that die, over TCP and sockets
 *  of a service manager. */
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RemoteStore } from '../../../runtime/daemon/index.ts'
import { encodeText } from '../../../runtime/formats/index.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { startDaemon, strata, waitFor } from '../../support/daemons.ts'
import { isInstalled } from '../../support/programs.ts'

const run = promisify(execFile)
const directory = mkdtempSync(join(tmpdir(), 'strata-many-'))
const root = join(directory, 'root')
const items = join(root, 'gnu/store')
const socket = join(directory, 'socket')
const nixSocket = join(directory, 'nix')
const port = 20_000 + (process.pid % 20_000)
const env = { ...process.env, STRATA_ROOT: root }
const started: ChildProcess[] = []
const hasUser = process.geteuid?.() === 0 && spawnSync('id', ['u1']).status === 0
if (!hasUser) console.log('skipped: there is no user u1 to be an untrusted client')

beforeAll(async () => {
  chmodSync(directory, 0o755)
  const args = ['daemon', `--listen=${socket}`, `--listen=127.0.0.1:${port}`, `--nix-listen=${nixSocket}`]
  started.push(await startDaemon(strata, args, nixSocket, env))
})
afterAll(() => {
  for (const child of started) child.kill()
  removeTree(directory)
})

function nixEnvironment(home: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NIX_REMOTE: `unix://${nixSocket}?real=${items}`,
    NIX_STORE_DIR: '/gnu/store',
    NIX_STATE_DIR: join(home, 'state'),
    NIX_LOG_DIR: join(home, 'log'),
    NIX_CONF_DIR: join(home, 'etc'),
    NIX_CONFIG: 'experimental-features = nix-command',
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
  }
}

/** What is left of additions that were not finished. */
function leftovers(): string[] {
  return readdirSync(items).filter((name) => name.startsWith('.tmp-') || name.endsWith('.lock'))
}

function numbers(...values: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8)
  values.forEach((value, i) => {
    bytes.writeBigUInt64LE(BigInt(value), i * 8)
  })
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([numbers(value.length), Buffer.from(value), Buffer.alloc((8 - (value.length % 8)) % 8)])
}

const hello = numbers(0x6e697863, 0x163, 0, 1)

/** Send BYTES and go, without a word, when the daemon has taken them. */
async function sendAndDie(bytes: Uint8Array): Promise<void> {
  const connection = connect(socket)
  await new Promise((resolve) => connection.write(bytes, resolve))
  await new Promise((resolve) => setTimeout(resolve, 100))
  connection.destroy()
}

describe('clients that die', () => {
  it('in the middle of an addition or an import leave nothing', async () => {
    const nar = Buffer.concat(['nix-archive-1', '(', 'type', 'regular', 'contents'].map(text))
    const file = Buffer.concat([nar, numbers(100_000_000), Buffer.alloc(12_000_000, 1)])
    const added = Buffer.concat([hello, numbers(7), text('big'), numbers(1, 1), text('sha256'), file])
    await sendAndDie(added)
    const data = Buffer.concat([numbers(1), nar, numbers(32_000), Buffer.alloc(1000, 1)])
    await sendAndDie(Buffer.concat([hello, numbers(27), numbers(data.length), data]))
    expect(await waitFor(() => leftovers().length === 0)).toBe(true)
    const remote = new RemoteStore(socket)
    expect(remote.allValidPaths()).toEqual([])
    remote.close()
  })
})

describe('several clients', () => {
  it('at once add the same and different things', async () => {
    const script = (n: number): string => `(use-modules (guix store))
      (with-store store
        (do ((i 0 (+ i 1))) ((= i 40))
          (add-text-to-store store "same" (number->string i))
          (add-text-to-store store "own-${n}" (number->string i)))
        (display (length (live-paths store))))`
    await Promise.all(
      [1, 2, 3].map((n) => run(strata, ['-c', script(n)], { env: { ...env, GUIX_DAEMON_SOCKET: socket } })),
    )
    const remote = new RemoteStore(`guix://127.0.0.1:${port}`)
    expect(remote.allValidPaths().length).toBe(160)
    remote.close()
    expect(leftovers()).toEqual([])
  })
})

describe.skipIf(!isInstalled('nix'))('programs of Nix', () => {
  const home = join(directory, 'home')
  const nix = (program: string, args: readonly string[], input?: Buffer): Buffer =>
    execFileSync(program, args, { env: nixEnvironment(home), input, stdio: ['pipe', 'pipe', 'pipe'], timeout: 50_000 })

  it('add, describe, verify, export, import and collect', () => {
    mkdirSync(home)
    writeFileSync(join(home, 'one'), 'one\n')
    const one = nix('nix', ['store', 'add-file', join(home, 'one')])
      .toString()
      .trim()
    mkdirSync(join(home, 'tree'))
    writeFileSync(join(home, 'tree/file'), one)
    const tree = nix('nix', ['store', 'add-path', join(home, 'tree')])
      .toString()
      .trim()
    expect(readFileSync(join(items, tree.slice(11), 'file'), 'utf8')).toBe(one)
    const described = JSON.parse(nix('nix', ['path-info', '--json', tree]).toString())
    expect(described[0]).toMatchObject({ path: tree, references: [], narSize: expect.any(Number) })
    nix('nix', ['store', 'verify', '--no-trust', tree])
    nix('nix-store', ['--verify', '--check-contents'])
    expect(nix('nix', ['store', 'ping']).toString()).toBe('')
    expect(nix('nix', ['store', 'cat', `${tree}/file`]).toString()).toBe(one)
    const archive = nix('nix-store', ['--export', one, tree])
    expect(nix('nix-store', ['--gc', '--print-dead']).toString()).toContain(tree)
    nix('nix-store', ['--delete', one, tree])
    expect(existsSync(join(items, tree.slice(11)))).toBe(false)
    // Root is trusted with what nobody signed.
    expect(nix('nix-store', ['--import'], archive).toString().trim().split('\n').sort()).toEqual([one, tree].sort())
    expect(nix('nix-store', ['--realise', tree]).toString().trim()).toBe(tree)
  })

  it.skipIf(!hasUser)('of another user may add, but not what only root may', () => {
    const other = join(directory, 'other')
    mkdirSync(other)
    spawnSync('chown', ['u1', other])
    const asUser = (program: string, args: readonly string[], input?: Buffer) =>
      spawnSync('setpriv', ['--reuid=u1', '--regid=u1', '--clear-groups', program, ...args], {
        env: nixEnvironment(other),
        input,
        encoding: 'utf8',
        timeout: 50_000,
      })
    const file = join(other, 'theirs')
    writeFileSync(file, 'theirs\n')
    const added = asUser('nix', ['store', 'add-file', file])
    expect(added.stderr).toBe('')
    const path = added.stdout.trim()
    expect(path).toMatch(/-theirs$/)
    // What is called after its contents may be imported by anybody; a name that somebody only claims may not.
    const archive = nix('nix-store', ['--export', path])
    nix('nix-store', ['--delete', path])
    expect(asUser('nix-store', ['--import'], archive).stdout.trim()).toBe(path)
    nix('nix-store', ['--delete', path])
    const forged = Buffer.from(archive.toString('latin1').replace('theirs\n', 'Theirs\n'), 'latin1')
    const imported = asUser('nix-store', ['--import'], forged)
    expect(imported.status).not.toBe(0)
    expect(imported.stderr).toMatch(/lacks a signature/)
    expect(asUser('nix-store', ['--repair-path', path]).status).not.toBe(0)
    expect(asUser('nix-store', ['--verify', '--repair']).status).not.toBe(0)
    expect(existsSync(join(items, path.slice(11)))).toBe(false)
  })
})

describe.skipIf(!hasUser)('a daemon of an ordinary user', () => {
  it('serves its own store', async () => {
    const home = mkdtempSync(join(tmpdir(), 'strata-user-'))
    spawnSync('chown', ['u1', home])
    const own = join(home, 'socket')
    const args = ['--reuid=u1', '--regid=u1', '--clear-groups', strata, 'daemon', `--listen=${own}`]
    started.push(await startDaemon('setpriv', args, own, { ...env, STRATA_ROOT: join(home, 'root'), HOME: home }))
    const remote = new RemoteStore(own)
    const path = remote.addText('of-user', encodeText('hello'), [])
    expect(remote.isValid(path)).toBe(true)
    remote.close()
    expect(readFileSync(join(home, 'root', path), 'utf8')).toBe('hello')
  })
})

describe.skipIf(!isInstalled('systemd-socket-activate'))('a daemon that a service manager starts', () => {
  it('takes the sockets that it is passed', async () => {
    const passed = join(directory, 'passed')
    const activator = spawn(
      'systemd-socket-activate',
      ['-l', passed, '-E', `STRATA_ROOT=${root}`, '-E', 'PATH', '-E', 'HOME', strata, 'daemon'],
      { env, stdio: 'ignore' },
    )
    started.push(activator)
    expect(await waitFor(() => existsSync(passed))).toBe(true)
    const remote = new RemoteStore(passed)
    expect(remote.isValid(remote.addText('activated', encodeText('x'), []))).toBe(true)
    remote.close()
  })
})
