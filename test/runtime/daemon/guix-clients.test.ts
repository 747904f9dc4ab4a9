/** The real Guix as client of strata's daemon, beside the real guix-daemon: both say the same and make the same. */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { startDaemon, strata, waitFor } from '../../support/daemons.ts'
import { type Finished, type GuixStore, hasGuix, runGuix, startGuixDaemon } from '../../support/guix-installation.ts'
import { seededStore } from '../../support/seeded-store.ts'

const seeded = hasGuix() ? await seededStore() : undefined

describe.skipIf(seeded === undefined)('the real Guix', { timeout: 60_000 }, () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  const { layout } = store
  const tools = outputPath(seed.tools)
  const directory = mkdtempSync(join(tmpdir(), 'strata-guix-'))
  mkdirSync(join(directory, 'etc'))
  const ours: GuixStore = {
    store: layout.store,
    state: layout.state,
    log: layout.log,
    configuration: join(directory, 'etc'),
  }
  const theirs: GuixStore = {
    store: join(directory, 'store'),
    state: join(directory, 'state'),
    log: join(directory, 'log'),
    configuration: join(directory, 'etc'),
  }
  const environment = { ...process.env, STRATA_ROOT: layout.root }
  const keys = layout.configuration
  let daemons: readonly ChildProcess[] = []

  beforeAll(async () => {
    const socket = join(layout.state, 'daemon-socket/socket')
    daemons = [
      await startDaemon(strata, ['daemon'], socket, environment),
      startGuixDaemon(theirs, ['--no-substitutes', '--disable-deduplication']),
    ]
    await waitFor(() => runGuix(theirs, ['gc', '--list-failures']).status === 0)
    runGuix(theirs, ['archive', '--generate-key'])
    // A key of strata's, which Guix is told to trust, signs what Guix imports.
    spawnSync(strata, ['archive', '--generate-key'], { env: environment })
    runGuix(theirs, ['archive', '--authorize'], readFileSync(join(keys, 'signing-key.pub')))
    const { stdout } = spawnSync(strata, ['archive', '--export', '-r', tools], { env: environment, maxBuffer: 1 << 28 })
    expect(runGuix(theirs, ['archive', '--import'], stdout)).toMatchObject({ status: 0, stderr: '' })
    mkdirSync(join(theirs.state, 'gcroots'), { recursive: true })
    symlinkSync(tools, join(theirs.state, 'gcroots/tools'))
  }, 120_000)
  afterAll(() => {
    for (const daemon of daemons) daemon.kill()
    store.close()
    removeTree(directory)
  })

  const seedOfNames = `${Date.now()}`
  /** A file for `guix build -f` with a derivation that runs SCRIPT. */
  const recipe = (name: string, script: string): string => {
    const file = join(directory, 'etc', `${name}.scm`)
    const shell = JSON.stringify(`${tools}/bin/bash`)
    writeFileSync(
      file,
      `(use-modules (guix store) (guix derivations))
       (with-store store
         (derivation store "${name}" ${shell} (list "-c" ${JSON.stringify(script)})
                     #:env-vars '(("unique" . "${seedOfNames}")) #:sources '(${JSON.stringify(tools)})))`,
    )
    return `/etc/guix/${name}.scm`
  }
  const both = (...args: readonly string[]): readonly [Finished, Finished] => [
    runGuix(ours, args),
    runGuix(theirs, args),
  ]
  const shown = ({ status, stdout, stderr }: Finished): string => `${stdout}${stderr}${status}`

  const ok = recipe('ok', 'echo line one; echo line two >&2; echo result > $out')
  const bad = recipe('bad', 'echo line one; exit 5')
  const invalid = '/gnu/store/zgrjk2xmrg2pdam04w0a9xpp3zv11bka-nope'

  it.each<readonly [readonly string[], RegExp]>([
    [['build', '-f', ok], /line two[\s\S]*successfully built/],
    [['build', '-f', ok], /^\/gnu\/store\/.*-ok\n0$/],
    [['build', '-f', ok, '--rounds=2'], /-ok\n0$/],
    [['build', '--log-file', '-f', ok], /-ok\.drv\.gz\n0$/],
    [['build', '-n', '-f', recipe('slow', `${tools}/bin/sleep 30`)], /would be built/],
    [['build', '-f', bad], /failed with exit code 5[\s\S]*View build log[\s\S]*1$/],
    [['build', '-q', '-f', bad], /build of `.*-bad\.drv' failed/],
    [['build', '--timeout=1', '-f', recipe('late', `${tools}/bin/sleep 30`)], /timed out after 1 seconds/],
    [['build', '-f', recipe('none', 'echo nothing')], /failed to produce output path/],
    [['gc', '--references', tools], /-glibc-bootstrap/],
    [['gc', '-R', `${tools}/bin/bash`], /-tools-bootstrap/],
    [['gc', '--references', invalid], /is not valid/],
    [['gc', '--verify'], /checking path existence/],
    [['gc', '--list-failures'], /^0$/],
    [['gc', '--clear-failures', tools], /^0$/],
    [['size', tools], /total: \d+\.\d MiB/],
    [['processes'], /0$/],
  ])('guix %s', (args, expected) => {
    const [here, there] = both(...args).map((finished) =>
      // The real daemon also says this of what it ends.
      shown(finished).replace(/^killing process \d+\n/gm, ''),
    )
    expect(here).toMatch(expected)
    expect(here).toBe(there)
  })

  it('adds, asks and deletes in Scheme', () => {
    const file = join(directory, 'etc/queries.scm')
    writeFileSync(
      file,
      `(use-modules (guix store) (srfi srfi-1) (srfi srfi-34) (rnrs bytevectors))
       (with-store store
         (let* ((text (add-text-to-store store "hello-${seedOfNames}" "hello"))
                (more (add-text-to-store store "more-${seedOfNames}" text (list text)))
                (tree (add-file-tree-to-store store
                        \`("dir" directory ("a" regular (data "x")) ("b" symlink "a") ("c" executable (data "z")))))
                (shown (lambda (value) (write value) (newline)))
                (attempt (lambda (thunk)
                           (guard (c ((store-protocol-error? c)
                                      (shown (list (store-protocol-error-message c) (store-protocol-error-status c)))))
                             (shown (thunk))))))
           (shown (list text more tree (add-to-store store "etc" #t "sha256" "/etc/hostname")
                        (add-to-store store "flat" #f "sha1" "/etc/hostname")))
           (shown (list (query-path-hash store tree) (path-info-nar-size (query-path-info store tree))
                        (references store more) (referrers store text) (requisites store (list more))
                        (hash-part->path store (store-path-hash-part text)) (valid-derivers store text)
                        (list? (find-roots store)) (substitutable-path-info store (list text)) (has-substitutes? store text)))
           (shown (map (lambda (path) (->bool (member path (dead-paths store)))) (list text more)))
           (shown (and (member text (live-paths store)) #t))
           (call-with-values (lambda () (delete-paths store (list more)))
             (lambda (paths freed) (shown paths)))
           (shown (list (valid-path? store more) (valid-path? store text)))
           (shown (verify-store store))
           (attempt (lambda () (hash-part->path store (make-string 32 #\\z))))
           (attempt (lambda () (references store "${invalid}")))
           (attempt (lambda () (valid-path? store "nonsense")))
           (attempt (lambda () (ensure-path store "${invalid}")))
           (attempt (lambda () (delete-paths store '("${invalid}"))))
           (attempt (lambda () (build-things store '("${invalid}.drv"))))
           (attempt (lambda () (add-text-to-store store "bad/name" "x")))))
       (with-store store
         (guard (c ((store-protocol-error? c) (display (store-protocol-error-message c))))
           (hash-part->path store "foo")))`,
    )
    const [here, there] = both('repl', '/etc/guix/queries.scm')
    expect(here.stdout.toString()).toContain('invalid hash part')
    expect(here.stdout.toString()).toBe(there.stdout.toString())
  })

  it('is a daemon for strata gc and strata archive', () => {
    const socket = join(theirs.state, 'daemon-socket/socket')
    const run = (args: readonly string[], input: Buffer | string = ''): Finished => {
      const finished = spawnSync(strata, args, {
        env: { ...process.env, STRATA_ROOT: join(directory, 'own'), GUIX_DAEMON_SOCKET: socket },
        input,
        maxBuffer: 1 << 28,
      })
      return { ...finished, stderr: finished.stderr.toString() }
    }
    for (const args of [['--references', tools], ['-R', tools], ['--derivers', tools], ['--list-live']]) {
      expect([args, run(['gc', ...args]).stdout.toString()]).toEqual([
        args,
        runGuix(theirs, ['gc', ...args]).stdout.toString(),
      ])
    }
    // Byte for byte, but for the signatures: those are random in one place.
    const [glibc = ''] = run(['gc', '-R', tools]).stdout.toString().split('\n')
    const mine = run(['archive', '--export', glibc]).stdout
    const other = runGuix(theirs, ['archive', '--export', glibc]).stdout
    expect(mine.length).toBe(other.length)
    expect(mine.subarray(0, -600).equals(other.subarray(0, -600))).toBe(true)
    expect(run(['archive', '--import'], other)).toMatchObject({ status: 0, stdout: Buffer.from(`${glibc}\n`) })
    expect(run(['archive', '--missing'], `${glibc} ${invalid}\n`).stdout.toString()).toBe(`${invalid}\n`)
    expect(run(['gc', '--verify']).stderr).toContain('checking path existence')
  })

  it('exchanges signed archives', () => {
    const built = runGuix(ours, ['build', '-f', ok]).stdout.toString().trim()
    const archive = runGuix(theirs, ['archive', '--export', built]).stdout
    runGuix(ours, ['gc', '-D', built])
    const stranger = runGuix(ours, ['archive', '--import'], archive)
    expect(stranger).toMatchObject({ status: 1, stderr: expect.stringContaining('unauthorized public key') })
    spawnSync(strata, ['archive', '--authorize'], {
      env: environment,
      input: readFileSync(join(directory, 'etc/signing-key.pub')),
    })
    expect(runGuix(ours, ['archive', '--import'], archive)).toMatchObject({ status: 0 })
    const again = runGuix(ours, ['archive', '--export', built]).stdout
    expect(runGuix(theirs, ['gc', '-D', built]).status).toBe(0)
    expect(runGuix(theirs, ['archive', '--import'], again)).toMatchObject({ status: 0, stderr: '' })
    const corrupt = Buffer.from(again)
    corrupt.write('resulT', corrupt.indexOf('result'))
    expect(runGuix(theirs, ['gc', '-D', built]).status).toBe(0)
    expect(runGuix(ours, ['gc', '-D', built]).status).toBe(0)
    const [here, there] = [
      runGuix(ours, ['archive', '--import'], corrupt),
      runGuix(theirs, ['archive', '--import'], corrupt),
    ]
    expect(here.stderr).toContain("signed hash doesn't match")
    expect(here).toEqual(there)
  })
})
