/** The real nix-daemon as strata's store: what strata adds, builds and asks there. */
import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { push, RemoteStore } from '../../../runtime/daemon/index.ts'
import { encodeText } from '../../../runtime/formats/index.ts'
import { dumpPath, hashPath, removeTree } from '../../../runtime/store/index.ts'
import { startDaemon, strata } from '../../support/daemons.ts'
import { isInstalled } from '../../support/programs.ts'
import { seededStore } from '../../support/seeded-store.ts'

const isRoot = process.geteuid?.() === 0
const seeded = isInstalled('nix-daemon') && isRoot ? await seededStore() : undefined
if (!isRoot) console.log('skipped: a nix-daemon that builds has to be started by root')

describe.skipIf(seeded === undefined)('a real nix-daemon', () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  const directory = mkdtempSync(join(tmpdir(), 'strata-nixd-'))
  const socket = join(directory, 'socket')
  const items = join(directory, 'store')
  let daemon: ChildProcess
  let remote: RemoteStore
  let log = ''

  beforeAll(async () => {
    mkdirSync(items)
    const env = {
      ...process.env,
      NIX_STORE_DIR: '/gnu/store',
      NIX_STATE_DIR: join(directory, 'var'),
      NIX_LOG_DIR: join(directory, 'log'),
      NIX_CONF_DIR: join(directory, 'etc'),
      NIX_REMOTE: `local?real=${items}&state=${join(directory, 'var')}&log=${join(directory, 'log')}`,
      NIX_DAEMON_SOCKET_PATH: socket,
      NIX_CONFIG: 'build-users-group =\nsandbox = true\nsandbox-paths =\nsubstitute = false\n',
      HOME: directory,
    }
    daemon = await startDaemon('nix-daemon', [], socket, env)
    // It may end its first connections while another of them makes its database.
    for (let tries = 0; remote === undefined; tries++) {
      try {
        remote = connect()
      } catch (error) {
        if (tries === 10) throw error
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
    }
  })
  const connect = (): RemoteStore =>
    new RemoteStore(`unix://${socket}`, {
      onLog: (text) => {
        log += Buffer.from(text).toString()
      },
    })
  afterAll(() => {
    remote?.close()
    daemon?.kill()
    store.close()
    removeTree(directory)
  })
  const physical = (path: string): string => items + path.slice('/gnu/store'.length)

  it('takes texts and file trees under the same names', () => {
    const text = remote.addText('a-text', encodeText('some text\n'), [])
    expect(text).toBe(store.addText('a-text', encodeText('some text\n'), []))
    expect(readFileSync(physical(text), 'utf8')).toBe('some text\n')
    const more = remote.addText('more', encodeText(text), [text])
    expect(remote.references(more)).toEqual([text])
    expect(remote.referrers(text)).toEqual([more])
    const tree = join(directory, 'tree')
    mkdirSync(tree)
    writeFileSync(join(tree, 'file'), 'contents\n', { mode: 0o755 })
    for (const algorithm of ['sha256', 'sha1', 'sha512', 'md5'] as const) {
      const added = remote.addNar('tree', { recursive: true, algorithm }, (sink) => dumpPath(tree, sink))
      expect(added).toBe(store.addFile('tree', tree, { algorithm }))
      expect(remote.pathInfo(added).sha256).toBe(hashPath(tree).hash.digest.toHex())
      const file = join(tree, 'file')
      const flat = remote.addNar('file', { recursive: false, algorithm }, (sink) => dumpPath(file, sink))
      expect(flat).toBe(store.addFile('file', file, { recursive: false, algorithm }))
    }
    expect(remote.pathWithHashPart(text.slice(11, 43))).toBe(text)
    expect(remote.allValidPaths()).toContain(more)
  })

  it('builds what strata describes, and shows the log', () => {
    const good = seeded.shellBuild('nixd-good', 'echo making it; echo fine > $out')
    push(store, remote, [good.path, outputPath(seed.tools)])
    remote.setBuildOptions({})
    remote.buildThings([good.path])
    expect(log).toContain('making it\n')
    expect(readFileSync(physical(outputPath(good)), 'utf8')).toBe('fine\n')
    expect(remote.pathInfo(outputPath(good))).toMatchObject({ deriver: good.path, references: [] })
    expect(remote.derivers(outputPath(good))).toEqual([good.path])
    expect(remote.derivationOutputs(good.path)).toEqual([outputPath(good)])
    // The store of the client has not built it.
    expect(store.isValid(outputPath(good))).toBe(false)
  })

  it('says why it refuses something, and goes on', () => {
    const bad = seeded.shellBuild('nixd-bad', 'echo oh no; exit 3')
    push(store, remote, [bad.path])
    expect(() => remote.buildThings([bad.path])).toThrow(
      expect.objectContaining({
        status: 100,
        message: expect.stringMatching(/^builder for .* failed with exit code 3/),
      }),
    )
    expect(() => remote.pathInfo(outputPath(bad))).toThrow(/is not valid/)
    expect(() => remote.addText('bad name', encodeText(''), [])).toThrow(/illegal character/)
    expect(remote.isValid(bad.path)).toBe(true)
  })

  it('exports, and does not collect what is in use', () => {
    const text = remote.addText('exported', encodeText('exported\n'), [])
    const chunks: Uint8Array[] = []
    remote.exportItem(text, (bytes) => chunks.push(bytes.slice()))
    expect(Buffer.concat(chunks).toString('latin1')).toContain('exported\n')
    expect(remote.liveness('dead')).not.toContain(text)
  })

  it('is what strata build and Scheme use when told to', () => {
    // Its own store has nothing of what the daemon then has.
    const env = { ...process.env, STRATA_ROOT: join(directory, 'client'), XDG_CACHE_HOME: join(directory, 'cache') }
    const script = `(use-modules (guix store) (guix derivations))
      (with-store store
        (let* ((text (add-text-to-store store "from-scheme" "text"))
               (drv (derivation store "by-nixd" "${outputPath(seed.tools)}/bin/bash"
                                '("-c" "echo by nixd > $out") #:sources (list "${outputPath(seed.tools)}" text))))
          (build-derivations store (list drv))
          (format #t "~a ~a" (derivation->output-path drv)
                  (valid-path? store (derivation->output-path drv)))))`
    const printed = execFileSync(strata, ['-c', script], {
      env: { ...env, GUIX_DAEMON_SOCKET: socket },
      encoding: 'utf8',
    })
    expect(printed).toMatch(/-by-nixd #t$/)
    expect(readFileSync(physical(printed.split(' ')[0] ?? ''), 'utf8')).toBe('by nixd\n')
    const built = spawnSync(strata, ['build', `--store=unix://${socket}`, '-e', '(plain-file "plain" "x")'], {
      env,
      encoding: 'utf8',
    })
    expect(built.stderr).toBe('')
    expect(readFileSync(physical(built.stdout.trim()), 'utf8')).toBe('x')
  })
})
