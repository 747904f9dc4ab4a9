/** Debian's real nix-store on a store that strata wrote, and strata on what nix-store did to it. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeDerivation } from '../../../runtime/derivations/index.ts'
import type { StorePath } from '../../../runtime/formats/index.ts'
import {
  collectGarbage,
  computeLiveness,
  exportItems,
  Import,
  linkedRoots,
  makeRoot,
  optimizeStore,
  removeTree,
  Store,
  storeLayout,
  verifyStore,
} from '../../../runtime/store/index.ts'
import { isInstalled } from '../../support/programs.ts'

if (!isInstalled('nix-store')) console.log('skipped: nix-store is not installed')

let root: string
let store: Store
let text: StorePath
let tree: StorePath
let derivation: StorePath
let output: StorePath
let dead: StorePath

function reopen(): void {
  store.close()
  store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
}

function nixEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NIX_STORE_DIR: '/gnu/store',
    NIX_STATE_DIR: store.layout.state,
    NIX_LOG_DIR: store.layout.log,
    NIX_CONF_DIR: join(root, 'etc'),
    NIX_REMOTE: `local?real=${store.layout.store}&state=${store.layout.state}`,
    HOME: root,
  }
}

/** The lines nix-store prints. */
function nix(...args: string[]): string[] {
  const { status, stdout, stderr } = spawnSync('nix-store', args, { env: nixEnvironment(), encoding: 'utf8' })
  if (status !== 0) throw new Error(`nix-store ${args.join(' ')}: ${stderr}`)
  return stdout.split('\n').filter((line) => line !== '')
}

async function problems(): Promise<string[]> {
  const messages: string[] = []
  await verifyStore(store, { contents: true, onMessage: (message) => messages.push(message) })
  return messages.filter((message) => !/^(reading|checking) /.test(message))
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'strata-nix-'))
  store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
  const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)
  text = store.addText('text', bytes('some text'), [])
  const directory = join(root, 'tree')
  mkdirSync(join(directory, 'sub'), { recursive: true })
  for (const name of ['a', 'b', 'sub/c']) writeFileSync(join(directory, name), Buffer.alloc(20_000, 1))
  writeFileSync(join(directory, 'run'), Buffer.alloc(20_000, 1))
  chmodSync(join(directory, 'run'), 0o755)
  symlinkSync('run', join(directory, 'link'))
  tree = store.addFile('tree', directory)
  const made = makeDerivation(
    {
      name: 'thing',
      system: 'x86_64-linux',
      builder: '/bin/sh',
      args: [],
      sources: [text],
      inputs: [],
      outputs: ['out'],
      environment: new Map(),
    },
    store.making,
    () => new Uint8Array(),
  )
  derivation = store.addDerivation(made)
  output = (made.derivation.outputs.get('out')?.path ?? '') as StorePath
  const temporary = join(store.layout.store, 'output')
  writeFileSync(temporary, `${tree} ${output}`)
  store.adopt(output, temporary, { references: [tree, output].sort(), deriver: derivation })
  dead = store.addText('dead', bytes(`${text} is not needed for this`), [text])
  reopen()
  makeRoot(store.layout, join(root, 'result'), output)
})

afterEach(() => {
  store.close()
  removeTree(root)
})

describe.skipIf(!isInstalled('nix-store'))('nix-store on the store of strata', () => {
  test('finds it valid', () => {
    expect(nix('--verify', '--check-contents')).toEqual([])
    expect(nix('--check-validity', text, tree, output, derivation, dead)).toEqual([])
    expect(readFileSync(join(store.layout.state, 'db/schema'), 'utf8')).toMatch(/^(7|10)$/)
  })

  test('answers questions as strata does', () => {
    for (const path of [text, tree, output, derivation, dead]) {
      expect(nix('-q', '--references', path).sort()).toEqual(store.database.references(path))
      expect(nix('-q', '--referrers', path).sort()).toEqual(store.database.referrers(path))
      expect(nix('-q', '--requisites', path).sort()).toEqual(store.closure([path]).sort())
      expect(nix('-q', '--size', path)).toEqual([String(store.pathInfo(path)?.narSize)])
      expect(nix('-q', '--deriver', path)).toEqual([store.pathInfo(path)?.deriver ?? 'unknown-deriver'])
      const [hash = ''] = nix('-q', '--hash', path)
      const base16 = execFileSync('nix', ['--extra-experimental-features', 'nix-command', 'hash', 'to-base16', hash], {
        env: nixEnvironment(),
        encoding: 'utf8',
      })
      expect(`sha256:${base16.trim()}`).toBe(store.pathInfo(path)?.hash)
    }
    expect(nix('-q', '--outputs', derivation)).toEqual([...store.database.derivationOutputs(derivation).values()])
  })

  test('agrees on what is live and what is dead', () => {
    const keeping = [
      [{}, []],
      [{ keepDerivations: false }, ['--option', 'keep-derivations', 'false']],
      [{ keepOutputs: true }, ['--option', 'keep-outputs', 'true']],
    ] as const
    for (const target of [output, derivation, tree]) {
      makeRoot(store.layout, join(root, 'result'), target)
      for (const [options, flags] of keeping) {
        const { live, dead: unused } = computeLiveness(store, options)
        expect(nix('--gc', '--print-live', ...flags).sort()).toEqual([...live].sort())
        expect(nix('--gc', '--print-dead', ...flags).sort()).toEqual(unused)
      }
    }
    const printed = nix('--gc', '--print-roots').filter((line) => !/^\/proc|^\{/.test(line))
    expect(printed).toEqual(linkedRoots(store.layout).map(({ source, path }) => `${source} -> ${path}`))
  })

  test('collects, and strata finds the rest valid; strata collects, and nix-store does', async () => {
    nix('--gc')
    expect(store.database.validPaths()).toEqual([text, tree, derivation, output].sort())
    expect(existsSync(store.physical(dead))).toBe(false)
    expect(await problems()).toEqual([])
    makeRoot(store.layout, join(root, 'result'), tree)
    expect([...collectGarbage(store).deleted].sort()).toEqual([derivation, output, text].sort())
    expect(nix('--verify', '--check-contents')).toEqual([])
    expect(nix('--gc', '--print-dead')).toEqual([])
  })

  test('collects while an archive is being imported, and leaves it alone', () => {
    const item = store.addText('travels', Buffer.from('a text on its way'), [])
    const chunks: Uint8Array[] = []
    exportItems(store, [item], (bytes) => chunks.push(bytes.slice()))
    const archive = Buffer.concat(chunks)
    reopen()
    collectGarbage(store, { only: [item] })
    const importing = new Import(store, () => {})
    let at = 0
    const go = (until: number): void => {
      while (!importing.done && at < until) {
        const piece = archive.subarray(at, at + importing.wanted.size)
        at += piece.length
        importing.push(piece)
      }
    }
    go(archive.indexOf('a text') + 10)
    nix('--gc')
    collectGarbage(store)
    go(archive.length)
    importing.close()
    expect(importing.paths).toEqual([item])
    expect(readFileSync(store.physical(item), 'utf8')).toBe('a text on its way')
    expect(nix('--gc', '--print-dead')).not.toContain(item)
  })

  test('shares files with strata, both ways', async () => {
    const inode = (name: string): number => statSync(join(store.physical(tree), name)).ino
    expect(optimizeStore(store)).toEqual({ files: 2, freed: 40_000 })
    expect(inode('a')).toBe(inode('sub/c'))
    expect(inode('a')).not.toBe(inode('run'))
    expect(await problems()).toEqual([])
    const links = readdirSync(join(store.layout.store, '.links')).sort()
    nix('--optimise')
    // Nix has small files and links as well, and the same names for the large ones.
    expect(readdirSync(join(store.layout.store, '.links'))).toEqual(expect.arrayContaining(links))
    expect(nix('--verify', '--check-contents')).toEqual([])
    expect(optimizeStore(store).files).toBe(0)
    expect(await problems()).toEqual([])
    makeRoot(store.layout, join(root, 'result'), text)
    collectGarbage(store)
    expect(readdirSync(join(store.layout.store, '.links'))).toHaveLength(1)
  })

  test('adds to it while it is open, and strata to what it has upgraded', () => {
    const file = join(root, 'file')
    writeFileSync(file, 'from nix')
    const [added = ''] = nix('--add', file)
    expect(store.isValid(added as StorePath)).toBe(true)
    const more = store.addText('more', new TextEncoder().encode(added), [added as StorePath])
    expect(nix('-q', '--references', more)).toEqual([added])
  })
})
