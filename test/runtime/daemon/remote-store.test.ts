/** strata as a client of its own daemon: what Scheme's `open-connection' with an address does. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { foreignBuilds, push, RemoteStore } from '../../../runtime/daemon/index.ts'
import { encodeText, type StorePath } from '../../../runtime/formats/index.ts'
import { dumpPath, hashPath, removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { seededStore } from '../../support/seeded-store.ts'

const strata = new URL('../../../runtime/cli/strata', import.meta.url).pathname
const repository = new URL('../../..', import.meta.url).pathname
const seeded = await seededStore()

describe.skipIf(seeded === undefined)('a store behind a socket', () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  const directory = mkdtempSync(join(tmpdir(), 'strata-remote-'))
  const socket = join(directory, 'socket')
  let daemon: ChildProcess
  let remote: RemoteStore
  let log = ''

  beforeAll(async () => {
    daemon = spawn(strata, ['daemon', '--listen', socket], {
      env: { ...process.env, STRATA_ROOT: store.layout.root },
      stdio: 'ignore',
    })
    for (let tries = 0; !existsSync(socket) && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    remote = new RemoteStore(`unix://${socket}`, {
      onLog: (text) => {
        log += Buffer.from(text).toString()
      },
    })
  })
  afterAll(() => {
    remote.close()
    daemon.kill()
    store.close()
    removeTree(directory)
  })

  it('leaves additions and roots to the daemon where the store is its own as well', () => {
    const program = `(use-modules (guix store) (guix derivations))
      (with-store store
        (let* ((file (add-text-to-store store "served-${process.pid}" "text"))
               (tree (add-to-store store "served-tree" #t "sha256" ${JSON.stringify(join(repository, 'test/support'))}
                                   #:select? (lambda (name stat) (not (string-suffix? "daemons.ts" name)))))
               (flat (add-to-store store "served-flat" #f "sha256" ${JSON.stringify(join(repository, 'package.json'))}))
               (small (add-file-tree-to-store store \`("served" directory ("a" regular (data "${process.pid}")))))
               (all (list file tree flat small)))
          (write (map (lambda (path) (and (valid-path? store path) (member path (dead-paths store)) #t)) all))
          (for-each (lambda (path) (delete-paths store (list path))) all)
          (write (map (lambda (path) (valid-path? store path)) all))))`
    const env = { ...process.env, STRATA_ROOT: store.layout.root, GUIX_DAEMON_SOCKET: socket }
    const { stdout, stderr } = spawnSync(strata, ['-c', program], { env, encoding: 'utf8' })
    expect(stderr).not.toContain('error')
    expect(stdout).toBe('(#t #t #t #t)(#f #f #f #f)')
  })

  it('takes texts and file trees, and tells of them', () => {
    const text = remote.addText('remote-text', encodeText(`${seed.tools.path}\n`), [seed.tools.path])
    expect(readFileSync(store.physical(text), 'utf8')).toBe(`${seed.tools.path}\n`)
    expect(remote.references(text)).toEqual([seed.tools.path])
    expect(remote.referrers(seed.tools.path)).toContain(text)
    expect(remote.pathWithHashPart(text.slice(11, 43))).toBe(text)

    const file = join(directory, 'file')
    writeFileSync(file, 'contents\n')
    const added = remote.addNar('file', { recursive: true, algorithm: 'sha256' }, (sink) => dumpPath(file, sink))
    expect(remote.pathInfo(added).sha256).toBe(hashPath(file).hash.digest.toHex())
    expect(remote.validPaths([added, `${added}x` as StorePath])).toEqual([added])
    expect(() => remote.pathInfo(`${added}x` as StorePath)).toThrow(/is not valid/)
    // The connection goes on after an error.
    expect(remote.isValid(added)).toBe(true)
  })

  it('builds, with the log and status of a failure', () => {
    const good = seeded.shellBuild('remote-good', 'echo making it; echo fine > $out')
    remote.buildThings([good.path])
    expect(log).toContain('making it')
    expect(remote.isValid(outputPath(good))).toBe(true)
    const bad = seeded.shellBuild('remote-bad', 'echo oh no; exit 3')
    expect(() => remote.buildThings([bad.path])).toThrow(expect.objectContaining({ status: 100 }))
    expect(log).toMatch(/oh no\nbuilder for `.*remote-bad.drv' failed with exit code 3/)
  })

  it('refuses derivations whose outputs are not their own, and archives nobody signed', () => {
    const made = seeded.shellBuild('remote-forged', 'echo mine > $out')
    const forged = readFileSync(store.physical(made.path), 'utf8').replaceAll(outputPath(made), outputPath(seed.glibc))
    expect(() => remote.addText('remote-forged.drv', encodeText(forged), made.references)).toThrow(/incorrect output/)
    const stream = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])])
    let sent = false
    expect(() =>
      remote.importItems(() => {
        const piece = sent ? new Uint8Array() : stream
        sent = true
        return piece
      }),
    ).toThrow(/unexpected end/)
  })

  it('gets what it lacks from the store of the client', () => {
    const root = join(directory, 'local')
    const local = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
    try {
      const text = local.addText('pushed-text', encodeText(`one ${process.hrtime.bigint()}`), [])
      const more = local.addText('pushed-more', encodeText(text), [text])
      const file = join(directory, 'pushed-file')
      writeFileSync(file, `two ${process.hrtime.bigint()}`)
      const flat = local.addFile('pushed-file', file, { recursive: false, algorithm: 'sha512' })
      push(local, remote, [more, flat])
      expect(remote.validPaths([text, more, flat])).toEqual([text, more, flat])
      expect(foreignBuilds(store, remote, [seed.glibc.path])).toEqual([])
    } finally {
      local.close()
    }
  })

  it('is what Scheme programs and strata build use when told to', () => {
    const root = join(directory, 'other')
    const env = { ...process.env, STRATA_ROOT: root, XDG_CACHE_HOME: join(directory, 'cache') }
    const script = `(use-modules (guix store))
      (with-store store
        (let ((path (add-text-to-store store "from-scheme" "text")))
          (format #t "~a ~a" path (valid-path? store path))))`
    const printed = execFileSync(strata, ['-c', script], {
      env: { ...env, GUIX_DAEMON_SOCKET: socket },
      encoding: 'utf8',
    })
    expect(printed).toMatch(/-from-scheme #t$/)
    expect(remote.isValid(printed.split(' ')[0] as StorePath)).toBe(true)
    const failed = spawnSync(strata, ['build', '--store=/nonexistent', '-e', '(plain-file "x" "y")'], {
      env,
      encoding: 'utf8',
    })
    expect(failed.status).toBe(1)
    expect(failed.stderr).toContain('cannot connect to the daemon at /nonexistent')
  })
})
