/** Narinfo files: those of the real programs, those they read, and signatures of both kinds. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  encodeText,
  formatNarInfo,
  type NarInfo,
  parseNarInfo,
  type StorePath,
} from '../../../runtime/formats/index.ts'
import {
  guixSignerOf,
  nixSignersOf,
  parseKey,
  parseNixPublicKey,
  parseNixSecretKey,
  signNarInfoAsGuix,
} from '../../../runtime/keys/index.ts'
import { removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { writeBinaryCache } from '../../../runtime/substitutes/index.ts'
import { isInstalled } from '../../support/programs.ts'
import { readVectors } from '../../support/vectors.ts'

const directory = mkdtempSync(join(tmpdir(), 'strata-narinfo-'))
afterAll(() => removeTree(directory))

const info: NarInfo = {
  storePath: '/gnu/store/0123456789abcdfghijklmnpqrsvwxyz-hello-2.10' as StorePath,
  sources: [{ url: 'nar/gzip/hello', compression: 'gzip', fileHash: undefined, fileSize: 12 }],
  narHash: { algorithm: 'sha256', digest: new Uint8Array(32).fill(7) },
  narSize: 1234,
  references: ['/gnu/store/1123456789abcdfghijklmnpqrsvwxyz-glibc' as StorePath],
  deriver: '/gnu/store/2123456789abcdfghijklmnpqrsvwxyz-hello-2.10.drv' as StorePath,
  system: 'x86_64-linux',
  contentAddress: undefined,
  signatures: [],
  guixSignature: undefined,
}

describe('narinfo', () => {
  it('survives a round trip', () => {
    expect(parseNarInfo(encodeText(formatNarInfo(info)), 'test').info).toEqual(info)
  })

  it('carries signatures of Guix over what stands before them', () => {
    const { keys } = readVectors('export.json')
    const pair = { publicKey: parseKey(keys.public, 'key'), privateKey: parseKey(keys.private, 'key') }
    const text = formatNarInfo({ ...info, guixSignature: signNarInfoAsGuix(info, 'host', pair) })
    expect(text).toMatch(/^StorePath: [\s\S]*\nSignature: 1;host;[A-Za-z0-9+/=]+\nURL: nar\/gzip\/hello\n/)
    expect(guixSignerOf(parseNarInfo(encodeText(text), 'test'))).toEqual(pair.publicKey)
    // Ways to get the item are not signed; what the item is, is.
    expect(guixSignerOf(parseNarInfo(encodeText(text.replace('gzip/hello', 'xz/hello')), 'test'))).toBeDefined()
    expect(() => guixSignerOf(parseNarInfo(encodeText(text.replace('1234', '1235')), 'test'))).toThrow(/doesn't match/)
    expect(guixSignerOf(parseNarInfo(encodeText(formatNarInfo(info)), 'test'))).toBeUndefined()
  })

  it.each([
    ['NarHash: sha256:xyz', /offset \d+: `sha256:xyz' is not a hash/],
    ['NarSize: -1', /offset \d+: `-1' is not a size/],
    ['NarSize: 18446744073709551616', /is not a size/],
    ['StorePath: /etc/passwd', /offset \d+: `\/etc\/passwd' is not a store path/],
    ['References: ../../etc/passwd', /is not a store item/],
    ['Deriver: x', /is not a store item/],
    ['Signature: 2;host;AAAA', /is not a signature/],
    ['Sig: nothing', /is not a signature/],
    ['no colon here', /not of the form/],
  ])('with the line "%s" is refused with the offset', (line, message) => {
    const name = line.slice(0, line.indexOf(':') + 1)
    const lines = formatNarInfo(info)
      .split('\n')
      .filter((other) => name === '' || !other.startsWith(name))
    expect(() => parseNarInfo(encodeText([line, ...lines].join('\n')), 'test')).toThrow(message)
  })

  it('whose content stands behind the signature is refused', () => {
    const text = `Signature: 1;host;AAAA\n${formatNarInfo(info)}`
    expect(() => parseNarInfo(encodeText(text), 'test')).toThrow(/does not cover/)
  })
})

describe.skipIf(!isInstalled('nix'))('caches of Nix', () => {
  const environment = (name: string): NodeJS.ProcessEnv => ({
    ...process.env,
    // Never the store of the machine itself.
    NIX_REMOTE: `local?root=${join(directory, name)}`,
    NIX_STORE_DIR: '/gnu/store',
    NIX_STATE_DIR: join(directory, name, 'var'),
    NIX_LOG_DIR: join(directory, name, 'log'),
    NIX_CONF_DIR: join(directory, name, 'etc'),
    NIX_CONFIG: 'experimental-features = nix-command\n',
    HOME: directory,
    XDG_CACHE_HOME: join(directory, name, 'cache'),
  })
  const nix = (name: string, args: readonly string[], input?: string): string =>
    execFileSync('nix', args, {
      env: environment(name),
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim()

  const secret = isInstalled('nix') ? nix('keys', ['key', 'generate-secret', '--key-name', 'test-1']) : ''
  const publicText = isInstalled('nix') ? nix('keys', ['key', 'convert-secret-to-public'], secret) : ''

  it.each([
    'none',
    'xz',
    'gzip',
    'zstd',
  ])('compressed with %s are read, and their signatures checked', (compression) => {
    const name = `made-${compression}`
    const file = join(directory, `file-${compression}`)
    mkdirSync(file)
    writeFileSync(join(file, 'contents'), 'some contents\n'.repeat(20))
    const keyFile = join(directory, 'secret')
    writeFileSync(keyFile, secret)
    const path = nix(name, ['store', 'add-path', file])
    const cache = join(directory, `cache-${compression}`)
    nix(name, ['copy', '--to', `file://${cache}?compression=${compression}&secret-key=${keyFile}`, path])
    const file1 = readdirSync(cache).find((entry) => entry.endsWith('.narinfo')) ?? ''
    const text = readFileSync(join(cache, file1), 'utf8')
    const read = parseNarInfo(encodeText(text), file1).info
    expect(read).toMatchObject({ storePath: path, references: [], sources: [{ compression }] })
    expect(existsSync(join(cache, read.sources[0]?.url ?? ''))).toBe(true)
    const key = parseNixPublicKey(publicText)
    expect(nixSignersOf(read, [key])).toEqual(['test-1'])
    expect(nixSignersOf({ ...read, narSize: 1235 }, [key])).toEqual([])
    // Every field that was there is there again.
    expect(new Set(formatNarInfo(read).trim().split('\n'))).toEqual(
      new Set(
        text
          .trim()
          .split('\n')
          .map((line) => line.trimEnd().replace(/^References:$/, 'References: ')),
      ),
    )
  })

  it('that strata writes are read by Nix', () => {
    const root = join(directory, 'strata')
    const store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
    const one = store.addText('one', encodeText('first'), [])
    const two = store.addText('two', encodeText(one), [one])
    const cache = join(directory, 'written')
    const key = parseNixSecretKey(secret)
    writeBinaryCache(store, [two], cache, [key])
    store.close()
    nix('reader', ['copy', '--from', `file://${cache}`, '--option', 'trusted-public-keys', publicText, two])
    expect(nix('reader', ['store', 'cat', two])).toBe(one)
    nix('reader', ['store', 'verify', '--recursive', '--option', 'trusted-public-keys', publicText, two])
    // Not trusted without the key: the path's own name is a text's and proves nothing to this command.
    const other = nix(
      'keys',
      ['key', 'convert-secret-to-public'],
      nix('keys', ['key', 'generate-secret', '--key-name', 'test-1']),
    )
    expect(() =>
      nix('stranger', ['copy', '--from', `file://${cache}`, '--option', 'trusted-public-keys', other, two]),
    ).toThrow(/lacks a (valid )?signature/)
  })

  it('have keys whose halves belong together', () => {
    const [name, bytes] = [secret.split(':')[0], Buffer.from(secret.split(':')[1] ?? '', 'base64')]
    bytes[40] = (bytes[40] ?? 0) ^ 1
    expect(() => parseNixSecretKey(`${name}:${bytes.toString('base64')}`)).toThrow(/do not belong together/)
    expect(() => parseNixPublicKey('name:AAAA')).toThrow(/not a public key/)
  })
})
