/** Substitutes between strata and the real Guix: each takes what the other publishes, and `guix challenge` and
 *  `guix weather` understand `strata publish`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { startDaemon, strata, waitFor } from '../../support/daemons.ts'
import { type GuixStore, hasGuix, runGuix, startGuix, startGuixDaemon } from '../../support/guix-installation.ts'
import { seededStore } from '../../support/seeded-store.ts'

const seeded = hasGuix() ? await seededStore() : undefined

describe.skipIf(seeded === undefined)('substitutes and the real Guix', { timeout: 60_000 }, () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  const { layout } = store
  const tools = outputPath(seed.tools)
  const directory = mkdtempSync(join(tmpdir(), 'strata-guix-'))
  const ours: GuixStore = {
    store: layout.store,
    state: layout.state,
    log: layout.log,
    configuration: join(directory, 'etc'),
  }
  const theirs: GuixStore = {
    ...ours,
    store: join(directory, 'store'),
    state: join(directory, 'state'),
    log: join(directory, 'log'),
  }
  const environment = { ...process.env, STRATA_ROOT: layout.root }
  const unique = process.hrtime.bigint()
  let processes: ChildProcess[] = []
  let guixUrl = ''
  let strataUrl = ''

  const runStrata = (args: readonly string[], input: string | Buffer = '') => {
    const { status, stdout, stderr } = spawnSync(strata, args, { env: environment, input, maxBuffer: 1 << 28 })
    return { status, stdout: stdout.toString(), stderr: stderr.toString(), bytes: stdout }
  }
  /** A file for `build -f` with a derivation that runs SCRIPT. */
  const recipe = (name: string, script: string): string => {
    const shell = JSON.stringify(`${tools}/bin/bash`)
    writeFileSync(
      join(directory, 'etc', `${name}.scm`),
      `(use-modules (guix store) (guix derivations))
       (with-store store
         (derivation store "${name}" ${shell} (list "-c" ${JSON.stringify(script)})
                     #:env-vars '(("unique" . "${unique}")) #:sources '(${JSON.stringify(tools)})))`,
    )
    return `${name}.scm`
  }
  const inGuix = (name: string): string => `/etc/guix/${name}`
  const inStrata = (name: string): string => join(directory, 'etc', name)

  beforeAll(async () => {
    mkdirSync(join(directory, 'etc'))
    const ports = [await freePort(), await freePort()]
    ;[guixUrl = '', strataUrl = ''] = ports.map((port) => `http://127.0.0.1:${port}`)
    processes = [
      await startDaemon(strata, ['daemon'], join(layout.state, 'daemon-socket/socket'), environment),
      startGuixDaemon(theirs, ['--disable-deduplication']),
    ]
    await waitFor(() => runGuix(theirs, ['gc', '--list-failures']).status === 0)
    runGuix(theirs, ['archive', '--generate-key'])
    runStrata(['archive', '--generate-key'])
    // Each trusts the other's key.
    runGuix(theirs, ['archive', '--authorize'], readFileSync(join(layout.configuration, 'signing-key.pub')))
    runStrata(['archive', '--authorize'], readFileSync(join(directory, 'etc/signing-key.pub')))
    runGuix(theirs, ['archive', '--import'], runStrata(['archive', '--export', '-r', tools]).bytes)
    mkdirSync(join(theirs.state, 'gcroots'), { recursive: true })
    symlinkSync(tools, join(theirs.state, 'gcroots/tools'))
    processes.push(
      startGuix(theirs, ['publish', `--port=${ports[0]}`, '-C', 'gzip']),
      spawn(strata, ['publish', '-p', `${ports[1]}`, '-C', 'gzip', '-C', 'none'], {
        env: environment,
        stdio: 'ignore',
      }),
    )
    for (const url of [guixUrl, strataUrl]) expect(await waitFor(() => answers(url))).toBe(true)
  }, 120_000)
  afterAll(() => {
    for (const one of processes) one.kill()
    store.close()
    removeTree(directory)
  })

  const contents = (path: string): readonly [string, string] => [
    readFileSync(store.physical(path), 'utf8'),
    readFileSync(join(theirs.store, basename(path)), 'utf8'),
  ]
  const unlike = 'echo $EPOCHREALTIME > $out'

  it('strata, and its daemon for the real client, take what guix publish has', () => {
    const file = recipe('theirs', unlike)
    const path = runGuix(theirs, ['build', '-f', inGuix(file)])
      .stdout.toString()
      .trim()
    const taken = runStrata(['build', '-f', inStrata(file), `--substitute-urls=${guixUrl}`])
    expect(taken).toMatchObject({ stdout: `${path}\n`, stderr: expect.stringContaining('substituting') })
    const [here, there] = contents(path)
    expect(here).toBe(there)
    runStrata(['gc', '-D', path])
    const client = runGuix(ours, ['build', '-f', inGuix(file), `--substitute-urls=${guixUrl}`])
    expect(client.stderr).toContain('will be downloaded')
    expect(contents(path)).toEqual([there, there])
  })

  it('guix-daemon takes what strata publish has', () => {
    const file = recipe('ours', unlike)
    const path = runStrata(['build', '-f', inStrata(file)]).stdout.trim()
    runGuix(theirs, ['build', '-f', inGuix(file), `--substitute-urls=${strataUrl}`])
    const [here, there] = contents(path)
    expect(there).toBe(here)
  })

  it('each takes what the other keeps compressed with lzip', async () => {
    const fetched = async (url: string, path: string): Promise<boolean> => {
      const narInfo = await fetch(`${url}/${basename(path).slice(0, 32)}.narinfo`).catch(() => undefined)
      return (await narInfo?.text())?.includes('Compression: lzip\nFileSize: ') === true
    }
    const ports = [await freePort(), await freePort()]
    const [theirUrl = '', ourUrl = ''] = ports.map((port) => `http://127.0.0.1:${port}`)
    const common = ['-C', 'lzip:5', '--cache-bypass-threshold=0']
    processes.push(
      startGuix(theirs, ['publish', `--port=${ports[0]}`, ...common, '--cache=/tmp/published-by-guix']),
      spawn(strata, ['publish', `--port=${ports[1]}`, ...common, `--cache=${join(directory, 'published')}`], {
        env: environment,
        stdio: 'ignore',
      }),
    )
    const file = recipe('kept-by-them', unlike)
    const path = runGuix(theirs, ['build', '-f', inGuix(file)])
      .stdout.toString()
      .trim()
    expect(await waitFor(() => fetched(theirUrl, path))).toBe(true)
    runStrata(['build', '-f', inStrata(file), `--substitute-urls=${theirUrl}`])
    const [here, there] = contents(path)
    expect(here).toBe(there)
    const ownFile = recipe('kept-by-us', unlike)
    const ownPath = runStrata(['build', '-f', inStrata(ownFile)]).stdout.trim()
    expect(await waitFor(() => fetched(ourUrl, ownPath))).toBe(true)
    runGuix(theirs, ['build', '-f', inGuix(ownFile), `--substitute-urls=${ourUrl}`])
    const [kept, taken] = contents(ownPath)
    expect(taken).toBe(kept)
  })

  it('guix challenge and guix weather ask strata publish', () => {
    const same = recipe('same', 'echo same > $out')
    const differs = recipe('differs', unlike)
    const paths = [same, differs].map((file) => {
      const path = runStrata(['build', '-f', inStrata(file)]).stdout.trim()
      expect(
        runGuix(theirs, ['build', '-f', inGuix(file), '--no-substitutes'])
          .stdout.toString()
          .trim(),
      ).toBe(path)
      return path
    })
    const urls = `--substitute-urls=${strataUrl}`
    const challenge = runGuix(theirs, ['challenge', '-v', ...paths, urls])
    expect(challenge).toMatchObject({ status: 2 })
    for (const said of ['-same contents match', '-differs contents differ', '1 (50.0%) were identical'])
      expect(challenge.stderr).toContain(said)
    expect(runGuix(theirs, ['weather', 'guile-bootstrap', urls]).stdout.toString()).toContain(
      '0.0% substitutes available',
    )
  })
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/nix-cache-info`)).ok
  } catch {
    return false
  }
}
