/** `strata challenge`, `strata processes` and `strata authenticate`: what is built here against what servers have, who uses
 *  a daemon, and signatures for guix-daemon. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../runtime/bootstrap/index.ts'
import { realise } from '../../runtime/builds/index.ts'
import { RemoteStore } from '../../runtime/daemon/index.ts'
import { formatHash, storePathHashPart } from '../../runtime/formats/index.ts'
import { KeyFiles } from '../../runtime/keys/index.ts'
import { dumpPath, removeTree, Store, storeLayout } from '../../runtime/store/index.ts'
import { Publisher } from '../../runtime/substitutes/index.ts'
import { startDaemon, strata } from '../support/daemons.ts'
import { seededStore } from '../support/seeded-store.ts'

const run = promisify(execFile)
const directory = mkdtempSync(join(tmpdir(), 'strata-challenge-'))
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
  removeTree(directory)
})

async function start(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
}

/** What `strata ARGS` prints, whether it succeeds or not; characters are bytes. */
async function runStrata(root: string, args: readonly string[], input = '') {
  const pending = run(strata, args, { env: { ...process.env, STRATA_ROOT: root }, encoding: 'latin1' })
  pending.child.stdin?.end(input, 'latin1')
  try {
    return { code: 0, ...(await pending) }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('strata challenge', { timeout: 60_000 }, () => {
  if (seeded === undefined) return
  const { store } = seeded

  it('tells what is the same and what is not', async () => {
    const made = seeded.shellBuild('challenged', 'mkdir $out; echo same > $out/same; echo here > $out/file')
    await realise(store, [made.path])
    const path = outputPath(made)
    new KeyFiles(storeLayout({ STRATA_ROOT: directory })).generate()
    const keys = new KeyFiles(store.layout)
    if (!existsSync(keys.publicKey)) keys.generate()
    const own = new Publisher(store, { compressions: [{ method: 'gzip', level: 3 }] })
    const good = await start(own.server())
    // Another server says something else of the same item.
    const tree = join(directory, 'tree')
    await run('cp', ['-r', store.physical(path), tree])
    await run('chmod', ['-R', 'u+w', tree])
    writeFileSync(join(tree, 'file'), 'there\n')
    const pieces: Uint8Array[] = []
    dumpPath(tree, (bytes) => pieces.push(Uint8Array.from(bytes)))
    const nar = Buffer.concat(pieces)
    const hash = formatHash({ algorithm: 'sha256', digest: createHash('sha256').update(nar).digest() }, 'nix-base32')
    const narInfo = `StorePath: ${path}\nURL: nar/other\nCompression: none\nNarHash: sha256:${hash}\nNarSize: ${nar.length}\nReferences: \n`
    const bad = await start(
      createServer((request, response) => {
        if (request.url === `/${storePathHashPart(path)}.narinfo`) response.end(narInfo)
        else if (request.url === '/nar/other') response.end(nar)
        else if (request.url === '/nix-cache-info') response.end('StoreDir: /gnu/store\n')
        else response.writeHead(404).end()
      }),
    )
    const { root } = store.layout
    const same = await runStrata(root, ['challenge', '-v', path, `--substitute-urls=${good}`])
    expect(same).toMatchObject({ code: 0, stderr: expect.stringContaining('1 (100.0%) were identical') })
    const differs = await runStrata(root, ['challenge', path, `--substitute-urls=${good} ${bad}`])
    expect(differs).toMatchObject({ code: 2, stderr: expect.stringContaining(`${path} contents differ:`) })
    expect(differs.stdout).toBe('  differing file:\n    /file\n')
    const unknown = await runStrata(root, ['challenge', path, '--substitute-urls=http://127.0.0.1:9'])
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('no substitutes') })
  })
})

it('strata processes names the clients of a daemon', async () => {
  const socket = join(directory, 'socket')
  const root = join(directory, 'root')
  const daemon = await startDaemon(strata, ['daemon', '--listen', socket], socket, {
    ...process.env,
    STRATA_ROOT: root,
  })
  const client = new RemoteStore(`unix://${socket}`)
  try {
    const { stdout } = await runStrata(root, ['processes'])
    expect(stdout).toMatch(new RegExp(`^SessionPID: \\d+\nClientPID: ${process.pid}\nClientCommand: .*node`, 'm'))
    const normalized = await runStrata(root, ['processes', '--format=normalized'])
    expect(normalized.stdout).toContain(`ClientPID: ${process.pid}\n`)
  } finally {
    client.close()
    daemon.kill()
  }
})

it('strata authenticate signs and verifies', async () => {
  const layout = storeLayout({ STRATA_ROOT: join(directory, 'keys') })
  const keys = new KeyFiles(layout)
  new Store(layout).close()
  keys.generate()
  const secret = join(layout.configuration, 'signing-key.sec')
  const hash = '636166e9'.repeat(8)
  const signed = await runStrata(layout.root, ['authenticate'], `sign ${secret.length}:${secret} 64:${hash}\n`)
  const signature = /^0 (\d+:[\s\S]*)$/.exec(signed.stdout)?.[1] ?? ''
  const answers = await runStrata(layout.root, ['authenticate'], `verify ${signature}\nverify 5:wrong\nplay\n`)
  expect(answers.stdout).toMatch(new RegExp(`^0 64:${hash}500 \\d+:corrupt signature data: .*404 15:invalid command$`))
  writeFileSync(join(layout.configuration, 'acl'), '(acl)')
  const refused = await runStrata(layout.root, ['authenticate'], `verify ${signature}\n`)
  expect(refused.stdout).toMatch(/^500 \d+:unauthorized public key: /)
})
