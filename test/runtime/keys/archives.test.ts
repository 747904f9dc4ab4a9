/** Archives that the real programs made, imported and made again. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StorePath } from '../../../runtime/formats/index.ts'
import { formatAccessControl, KeyFiles, parseKey, signHash } from '../../../runtime/keys/index.ts'
import { exportItems, importFile, removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { isInstalled } from '../../support/programs.ts'
import { readVectors } from '../../support/vectors.ts'

const vectors = readVectors('export.json')
const strata = new URL('../../../runtime/cli/strata', import.meta.url).pathname

interface Item {
  readonly path: StorePath
  readonly hashOfItemBeforeSignature: string
  readonly signature: string
}

describe('archives of Guix and Nix', () => {
  let root: string
  let store: Store

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'strata-archive-'))
    store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
    mkdirSync(store.layout.configuration)
    writeFileSync(join(store.layout.configuration, 'signing-key.pub'), vectors.keys.public)
    writeFileSync(join(store.layout.configuration, 'signing-key.sec'), vectors.keys.private)
  })
  afterEach(() => {
    store.close()
    removeTree(root)
  })

  const archive = (bytes: Uint8Array): string => {
    const file = join(root, 'archive')
    writeFileSync(file, bytes)
    return file
  }
  const stream = (name: string): Buffer => Buffer.from(vectors.guixSigned[name].base64, 'base64')
  const exported = (paths: readonly StorePath[], signed: boolean): Buffer => {
    const chunks: Buffer[] = []
    const signer = signed ? new KeyFiles(store.layout).signer() : undefined
    exportItems(store, paths, (bytes) => chunks.push(Buffer.from(bytes)), signer)
    return Buffer.concat(chunks)
  }

  for (const name of Object.keys(vectors.guixSigned)) {
    it(`${name}: signatures are the real ones to the byte`, () => {
      const pair = {
        publicKey: parseKey(vectors.keys.public, 'key'),
        privateKey: parseKey(vectors.keys.private, 'key'),
      }
      for (const item of vectors.guixSigned[name].items as Item[]) {
        expect(signHash(Uint8Array.fromHex(item.hashOfItemBeforeSignature), pair)).toBe(item.signature)
      }
    })

    it(`${name}: is imported, and exported again as it was`, () => {
      const paths = importFile(store, archive(stream(name)), new KeyFiles(store.layout).judge())
      expect(paths).toEqual((vectors.guixSigned[name].items as Item[]).map((item) => item.path))
      expect(exported(paths, true).equals(stream(name))).toBe(true)
      const unsigned = vectors.guixUnsigned[name]
      if (unsigned !== undefined) {
        expect(exported(paths, false).equals(Buffer.from(unsigned.base64, 'base64'))).toBe(true)
      }
    })
  }

  it('are refused when unsigned, changed, or signed by a key that is not allowed', () => {
    const judge = new KeyFiles(store.layout).judge()
    const unsigned = Buffer.from(vectors.guixUnsigned.a.base64, 'base64')
    expect(() => importFile(store, archive(unsigned), judge)).toThrow(/lacks a signature/)
    const changed = stream('all')
    changed[changed.indexOf('refers to')] = 82
    expect(() => importFile(store, archive(changed), judge)).toThrow(/signed hash doesn't match actual contents/)
    writeFileSync(join(store.layout.configuration, 'acl'), formatAccessControl([]))
    expect(() => importFile(store, archive(stream('a')), new KeyFiles(store.layout).judge())).toThrow(
      /unauthorized public key/,
    )
    for (let length = 1; length < 400; length += 13) {
      expect(() => importFile(store, archive(stream('a').subarray(0, length)), judge)).toThrow(/unexpected end/)
    }
    expect(store.database.validPaths().filter((path) => path.endsWith('-export-b'))).toEqual([])
  })

  it('come with an access control list that is the real one', () => {
    expect(formatAccessControl([parseKey(vectors.keys.public, 'key')])).toBe(vectors.acl.text)
  })

  it.skipIf(!isInstalled('nix-store'))('are imported by the real nix-store', () => {
    const paths = importFile(store, archive(stream('all')), new KeyFiles(store.layout).judge())
    const other = join(root, 'nix')
    const env = {
      ...process.env,
      NIX_STORE_DIR: '/gnu/store',
      NIX_REMOTE: `local?root=${other}&real=${join(other, 'gnu/store')}`,
      NIX_CONF_DIR: join(other, 'etc'),
      NIX_CONFIG: 'require-sigs = false',
    }
    const imported = spawnSync('nix-store', ['--import'], { input: exported(paths, false), env, encoding: 'utf8' })
    expect(imported.stderr).toBe('')
    expect(imported.stdout.trim().split('\n').sort()).toEqual([...paths].sort())
  })

  it('go from one machine to another by the command line', () => {
    const run = (directory: string, args: string[], input?: Uint8Array): Buffer =>
      execFileSync(strata, ['archive', ...args], {
        env: { ...process.env, STRATA_ROOT: directory, XDG_CACHE_HOME: join(root, 'cache') },
        ...(input === undefined ? {} : { input }),
        stdio: ['pipe', 'pipe', 'pipe'],
      })
    const here = join(root, 'here')
    const there = join(root, 'there')
    const local = new Store(storeLayout({ STRATA_ROOT: here, HOME: root }))
    const text = local.addText('some-text', Buffer.from('text\n'), [])
    const more = local.addText('more-text', Buffer.from(text), [text])
    run(here, ['--generate-key'])
    const bytes = run(here, ['--export', '-r', more])
    expect(() => run(there, ['--import'], bytes)).toThrow(/unauthorized public key/)
    run(there, ['--authorize'], readFileSync(join(local.layout.configuration, 'signing-key.pub')))
    expect(run(there, ['--missing'], Buffer.from(`${text}\n${more}\n`)).toString()).toBe(`${text}\n${more}\n`)
    expect(run(there, ['--import'], bytes).toString()).toBe(`${text}\n${more}\n`)
    expect(run(there, ['--missing'], Buffer.from(`${text}\n${more}\n`)).toString()).toBe('')
    const nar = bytes.subarray(8)
    expect(run(there, ['-t'], nar).toString()).toMatch(/^r {62,} +5 B\n$/)
    run(there, ['-x', join(root, 'extracted')], nar)
    expect(readFileSync(join(root, 'extracted'), 'utf8')).toBe('text\n')
    // All of it or nothing.
    expect(() => run(there, ['-x', join(root, 'partial')], nar.subarray(0, 100))).toThrow(/unexpected end/)
    expect(readdirSync(root).filter((name) => name.startsWith('partial'))).toEqual([])
    expect(() => run(there, ['-x', join(root, 'extracted')], nar)).toThrow(/it exists/)
    local.close()
  })
})
