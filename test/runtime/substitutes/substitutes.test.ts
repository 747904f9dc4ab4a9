/** Substitutes: what a publisher, or Nix's binary cache, gives to a store whose access control list knows its key, and
 *  what is refused. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { StrataError } from '../../../lang/conditions/index.ts'
import { type BuildEvent, type BuildOptions, realise } from '../../../runtime/builds/index.ts'
import { makeDerivation } from '../../../runtime/derivations/index.ts'
import { encodeText, parseNarInfo, type StorePath, storePathHashPart } from '../../../runtime/formats/index.ts'
import { KeyFiles } from '../../../runtime/keys/index.ts'
import { collectGarbage, hashing, removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { Publisher, type PublishOptions, Trust, writeBinaryCache } from '../../../runtime/substitutes/index.ts'
import { waitFor } from '../../support/daemons.ts'
import { isInstalled } from '../../support/programs.ts'

const directory = mkdtempSync(join(tmpdir(), 'strata-substitutes-'))
const servers: Server[] = []
const stores: Store[] = []
afterAll(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
  for (const store of stores) store.close()
  removeTree(directory)
})

function newStore(name: string): Store {
  const store = new Store(storeLayout({ STRATA_ROOT: join(directory, name) }))
  stores.push(store)
  return store
}

async function start(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const origin = newStore('origin')
new KeyFiles(origin.layout).generate()
const publicKey = readFileSync(new KeyFiles(origin.layout).publicKey)
const publish = (options: Partial<PublishOptions> = {}): Promise<string> =>
  start(new Publisher(origin, { compressions: [{ method: 'gzip', level: 3 }], ...options }).server())

let clients = 0
/** A store that trusts KEY. */
function client(key: Uint8Array | 'nobody' = publicKey): Store {
  const store = newStore(`client-${clients++}`)
  if (key !== 'nobody') new KeyFiles(store.layout).authorize(key)
  return store
}

async function take(
  store: Store,
  path: string,
  options: BuildOptions,
): Promise<{ readonly events: BuildEvent[]; readonly error: string }> {
  const events: BuildEvent[] = []
  try {
    await realise(store, [path], options, (event) => events.push(event))
    return { events, error: '' }
  } catch (error) {
    if (!(error instanceof StrataError)) throw error
    return { events, error: error.message }
  }
}

const text = (store: Store, path: StorePath): string => readFileSync(store.physical(path), 'utf8')

/** A file whose build copies it from where it is: a derivation that needs no sandbox. */
function copied(store: Store, name: string, environment: readonly (readonly [string, string])[] = []): string {
  const source = join(directory, `${name}.source`)
  writeFileSync(source, `contents of ${name}`)
  const made = makeDerivation(
    {
      name,
      system: 'builtin',
      builder: 'builtin:download',
      args: [],
      environment: new Map([['url', JSON.stringify(pathToFileURL(source).href)], ...environment]),
      inputs: [],
      sources: [],
      outputs: ['out'],
      fixed: { hash: { algorithm: 'sha256', digest: hashing('sha256', readFileSync(source)) }, recursive: false },
    },
    store.making,
    () => new Uint8Array(),
  )
  return store.addDerivation(made)
}

describe('items', () => {
  const leaf = origin.addText('leaf', encodeText('a leaf\n'), [])
  const branch = origin.addText('branch', encodeText(`${leaf}\n`), [leaf])
  const tree = join(directory, 'tree')
  mkdirSync(join(tree, 'deep/er'), { recursive: true })
  writeFileSync(join(tree, 'deep/er/file'), 'x'.repeat(300_000))
  const directoryItem = origin.addFile('tree', tree)

  it.each([
    'gzip',
    'lzip',
    'zstd',
    'none',
  ] as const)('come with what they refer to, compressed with %s', async (compression) => {
    const url = await publish({ compressions: [{ method: compression, level: 3 }] })
    const store = client()
    const { events, error } = await take(store, branch, { substituteUrls: [url] })
    expect(error).toBe('')
    expect(events.filter((event) => event.kind === 'substitution-succeeded').map(({ item }) => item)).toEqual([
      leaf,
      branch,
    ])
    expect(text(store, branch)).toBe(`${leaf}\n`)
    expect(store.database.references(branch)).toEqual([leaf])
    expect(store.pathInfo(branch)?.hash).toBe(origin.pathInfo(branch)?.hash)
    expect(await take(store, directoryItem, { substituteUrls: [url] })).toMatchObject({ error: '' })
    expect(readdirSync(store.physical(`${directoryItem}/deep`))).toEqual(['er'])
    expect(readdirSync(store.layout.store).filter((name) => !/^\.links$|-(leaf|branch|tree)$/.test(name))).toEqual([])
  })

  it('are where the publisher says, for as long as it says', async () => {
    const packed = origin.addText('packed.tar.gz', encodeText('a leaf\n'), [])
    const url = await publish({
      compressions: [
        { method: 'gzip', level: 9 },
        { method: 'zstd', level: 1 },
      ],
      ttl: 60,
      negativeTtl: 42,
      narPath: '//foo//bar/',
    })
    const narInfoOf = (path: StorePath): Promise<Response> => fetch(`${url}/${storePathHashPart(path)}.narinfo`)
    const found = await narInfoOf(leaf)
    expect(found.headers.get('cache-control')).toBe('max-age=60')
    const urls = parseNarInfo(await found.bytes(), url).info.sources.map((source) => source.url)
    expect(urls).toEqual(['gzip', 'zstd'].map((method) => `foo/bar/${method}/${basename(leaf)}`))
    for (const address of urls) expect((await fetch(`${url}/${address}`)).status).toBe(200)
    expect((await fetch(`${url}/nar/gzip/${basename(leaf)}`)).status).toBe(404)
    // What is compressed already is not compressed again.
    const { sources } = parseNarInfo(await (await narInfoOf(packed)).bytes(), url).info
    expect(sources.map(({ compression }) => compression)).toEqual(['none'])
    const missing = await fetch(`${url}/${'0'.repeat(32)}.narinfo`)
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'max-age=42'])
    expect(await take(client(), leaf, { substituteUrls: [url] })).toMatchObject({ error: '' })
  })

  describe('that are kept compressed', () => {
    const places = (name: string, path: StorePath) => {
      const cache = join(directory, name)
      const kept = (method: string, extension: string): string => join(cache, method, `${basename(path)}.${extension}`)
      return { cache, kept, narInfo: `${storePathHashPart(path)}.narinfo` }
    }
    const choices = [
      { method: 'gzip', level: 3 },
      { method: 'lzip', level: 3 },
    ] as const
    const appears = async (file: string): Promise<void> => expect(await waitFor(() => existsSync(file))).toBe(true)

    it('are compressed when they are first asked for, and have sizes then', async () => {
      const { cache, kept, narInfo } = places('kept', directoryItem)
      const url = await publish({
        compressions: choices,
        ttl: 3600,
        cache: { directory: cache, workers: 1, bypassThreshold: 0 },
      })
      const early = await fetch(`${url}/${narInfo}`)
      expect([early.status, early.headers.get('cache-control')]).toEqual([404, 'max-age=300'])
      expect(await take(client(), directoryItem, { substituteUrls: [url] })).toMatchObject({
        error: expect.stringContaining('is not valid'),
      })
      await appears(kept('gzip', 'narinfo'))
      const found = await fetch(`${url}/${narInfo}`)
      expect(found.headers.get('cache-control')).toBe('max-age=3600')
      const { sources } = parseNarInfo(await found.bytes(), url).info
      for (const [i, method] of ['gzip', 'lzip'].entries()) {
        const size = statSync(kept(method, 'nar')).size
        expect(sources[i]).toMatchObject({ compression: method, fileSize: size })
        const nar = await fetch(`${url}/nar/${method}/${basename(directoryItem)}`)
        expect(Number(nar.headers.get('content-length'))).toBe(size)
        expect((await nar.bytes()).length).toBe(size)
      }
      expect((await fetch(`${url}/nar/${basename(directoryItem)}`)).status).toBe(404)
      expect(await take(client(), directoryItem, { substituteUrls: [url] })).toMatchObject({ error: '' })
    })

    it('are served before, when they are small, and after their item is gone', async () => {
      const item = origin.addText('transient', encodeText('going'), [])
      const { cache, kept, narInfo } = places('bypassed', item)
      const url = await publish({
        compressions: choices,
        cache: { directory: cache, workers: 2, bypassThreshold: 1e6 },
      })
      const early = await fetch(`${url}/${narInfo}`)
      expect([early.status, early.headers.get('cache-control')]).toEqual([200, 'max-age=300'])
      expect((await fetch(`${url}/nar/lzip/${basename(item)}`)).status).toBe(200)
      await appears(kept('gzip', 'narinfo'))
      collectGarbage(origin, { only: [item], ignoreOwnRoots: true })
      expect(origin.database.isValid(item)).toBe(false)
      expect(await take(client(), item, { substituteUrls: [url] })).toMatchObject({ error: '' })
    })

    it('go when their item did and nobody asked for long', async () => {
      const item = origin.addText('forgotten', encodeText('forgotten'), [])
      const { cache, kept, narInfo } = places('expiring', item)
      const url = await publish({
        compressions: choices,
        ttl: 60,
        cache: { directory: cache, workers: 1, bypassThreshold: 1e6 },
      })
      await fetch(`${url}/${narInfo}`)
      await appears(kept('gzip', 'narinfo'))
      await appears(join(cache, 'last-expiry-cleanup'))
      collectGarbage(origin, { only: [item], ignoreOwnRoots: true })
      const long = Date.now() / 1000 - 1000
      utimesSync(kept('gzip', 'narinfo'), long, long)
      writeFileSync(join(cache, 'last-expiry-cleanup'), '0')
      const other = origin.addText('other', encodeText('other'), [])
      await fetch(`${url}/${storePathHashPart(other)}.narinfo`)
      expect(await waitFor(() => !existsSync(kept('gzip', 'nar')) && !existsSync(kept('lzip', 'narinfo')))).toBe(true)
      expect((await fetch(`${url}/${narInfo}`)).status).toBe(404)
    })

    it('leave nothing behind when there is no room for them', async () => {
      const { cache, kept, narInfo } = places('hopeless', directoryItem)
      const failures: string[] = []
      writeFileSync(cache, '')
      const url = await publish({
        compressions: choices,
        cache: { directory: cache, workers: 1, bypassThreshold: 1e9 },
        onFailure: (message) => failures.push(message),
      })
      expect((await fetch(`${url}/${narInfo}`)).status).toBe(200)
      expect(await waitFor(() => failures.length > 0)).toBe(true)
      expect(failures[0]).toContain('was not compressed')
      expect(existsSync(kept('gzip', 'nar'))).toBe(false)
      expect((await fetch(`${url}/nar/gzip/${basename(directoryItem)}`)).status).toBe(200)
    })
  })

  it('are refused when nobody trusted has signed them', async () => {
    const url = await publish()
    const other = newStore('stranger')
    new KeyFiles(other.layout).generate()
    for (const key of [readFileSync(new KeyFiles(other.layout).publicKey), 'nobody' as const]) {
      const { events, error } = await take(client(key), leaf, { substituteUrls: [url] })
      expect(error).toMatch(/is not valid/)
      expect(events).toEqual([])
    }
  })

  it('are looked for at the next server when the first is not there or is for another store', async () => {
    const other = await start(createServer((_, response) => response.end('StoreDir: /nix/store\n')))
    const store = client()
    const urls = ['http://127.0.0.1:9', other, await publish()]
    const { events, error } = await take(store, branch, { substituteUrls: urls })
    expect(error).toBe('')
    expect(events.filter((event) => event.kind === 'substitution-warning')).toHaveLength(2)
  })

  it('are what was signed, or nothing', async () => {
    const good = await publish({ compressions: [{ method: 'none', level: 0 }] })
    const bad = async (spoil: (nar: Buffer) => Buffer | string): Promise<string> => {
      const url = await start(
        createServer(async (request, response) => {
          const bytes = Buffer.from(await (await fetch(good + request.url)).arrayBuffer())
          response.end(request.url?.startsWith('/nar/') === true ? spoil(bytes) : bytes)
        }),
      )
      const store = client()
      const { error, events } = await take(store, leaf, { substituteUrls: [url] })
      expect(error).toContain('cannot get a substitute')
      expect(store.database.validPaths()).toEqual([])
      expect(readdirSync(store.layout.store)).toEqual([])
      return events.map((event) => (event.kind === 'substitution-failed' ? event.message : '')).join('')
    }
    const changed = (nar: Buffer): Buffer => Buffer.from(nar.toString('latin1').replace('a leaf', 'a lead'), 'latin1')
    expect(await bad(changed)).toContain('hash of the archive is not what was signed')
    expect(await bad((nar) => nar.subarray(0, nar.length - 8))).toContain('it ends too early')
    expect(await bad((nar) => Buffer.concat([nar, Buffer.alloc(8)]))).toContain('more than its')
    expect(await bad(() => 'not an archive at all')).toMatch(/bad archive at offset 8/)
  })
})

describe('derivations', () => {
  it('are not built when their outputs can be had', async () => {
    const drv = copied(origin, 'prebuilt')
    await realise(origin, [drv])
    const store = client()
    expect(copied(store, 'prebuilt')).toBe(drv)
    const { events } = await take(store, drv, { substituteUrls: [await publish()] })
    expect(events.map(({ kind }) => kind)).toContain('substitution-succeeded')
    expect(events.map(({ kind }) => kind)).not.toContain('build-started')
  })

  it('are built when they want to, and when no server has them', async () => {
    const url = await publish()
    for (const [name, environment] of [
      ['stubborn', [['allowSubstitutes', '0']]],
      ['unknown', []],
    ] as const) {
      const drv = copied(origin, name, environment)
      if (name === 'stubborn') await realise(origin, [drv])
      const store = client()
      copied(store, name, environment)
      const { events, error } = await take(store, drv, { substituteUrls: [url] })
      expect(error).toBe('')
      expect(events.map(({ kind }) => kind)).toContain('build-started')
      expect(events.map(({ kind }) => kind)).not.toContain('substitution-started')
    }
  })

  it('fail when the server does not keep its word, unless building is the way out', async () => {
    const drv = copied(origin, 'withdrawn')
    await realise(origin, [drv])
    const good = await publish()
    const url = await start(
      createServer(async (request, response) => {
        if (request.url?.startsWith('/nar/') === true) response.writeHead(404).end()
        else response.end(Buffer.from(await (await fetch(good + request.url)).arrayBuffer()))
      }),
    )
    const store = client()
    copied(store, 'withdrawn')
    expect((await take(store, drv, { substituteUrls: [url] })).error).toContain('--fallback')
    expect((await take(store, drv, { substituteUrls: [url], fallback: true })).error).toBe('')
    const output = store.readDerivation(drv).outputs.get('out')?.path as StorePath
    expect(text(store, output)).toBe('contents of withdrawn')
  })
})

describe('signatures', () => {
  it('of both kinds are known by one list of keys', () => {
    const path = origin.addText('signed', encodeText('signed'), [])
    const cache = join(directory, 'unsigned-cache')
    writeBinaryCache(origin, [path], cache)
    const file = readdirSync(cache).find((name) => name.endsWith('.narinfo')) ?? ''
    const parsed = parseNarInfo(readFileSync(join(cache, file)), file)
    expect(new Trust(new KeyFiles(origin.layout).allowed()).covers(parsed)).toBe(false)
  })
})

describe.skipIf(!isInstalled('nix'))('with Nix', () => {
  const environment = (name: string): NodeJS.ProcessEnv => ({
    ...process.env,
    NIX_REMOTE: `local?root=${join(directory, name)}`,
    NIX_STORE_DIR: '/gnu/store',
    NIX_STATE_DIR: '/var/nix',
    NIX_LOG_DIR: '/var/log/nix',
    NIX_CONF_DIR: join(directory, name, 'etc'),
    NIX_CONFIG: 'experimental-features = nix-command\n',
    HOME: directory,
  })
  const nix = (name: string, args: readonly string[], input?: string): string =>
    execFileSync('nix', args, {
      env: environment(name),
      encoding: 'utf8',
      timeout: 30_000,
      ...(input === undefined ? {} : { input }),
    }).trim()

  it.each(['xz', 'bzip2', 'zstd', 'none'])('nix copy makes a cache that is taken from (%s)', async (compression) => {
    const secret = nix('keys', ['key', 'generate-secret', '--key-name', 'test-1'])
    const publicText = nix('keys', ['key', 'convert-secret-to-public'], secret)
    const keyFile = join(directory, `secret-${compression}`)
    writeFileSync(keyFile, secret)
    const file = join(directory, `from-nix-${compression}`)
    writeFileSync(file, `made by Nix, ${compression}\n`.repeat(1000))
    const path = nix('nix', ['store', 'add-path', file])
    const cache = join(directory, `cache-${compression}`)
    nix('nix', ['copy', '--to', `file://${cache}?compression=${compression}&secret-key=${keyFile}`, path])
    const store = client(encodeText(publicText))
    const { error } = await take(store, path, { substituteUrls: [`file://${cache}`] })
    expect(error).toBe('')
    expect(text(store, path as StorePath)).toBe(readFileSync(file, 'utf8'))
    expect((await take(client(), path, { substituteUrls: [`file://${cache}`] })).error).toMatch(/is not valid/)
  })

  it('Nix takes what is published', async () => {
    const { parseNixSecretKey } = await import('../../../runtime/keys/index.ts')
    const secret = nix('keys', ['key', 'generate-secret', '--key-name', 'strata-1'])
    const publicText = nix('keys', ['key', 'convert-secret-to-public'], secret)
    const leaf = origin.addText('for-nix', encodeText('for Nix\n'), [])
    const top = origin.addText('for-nix-too', encodeText(`${leaf}\n`), [leaf])
    const url = await publish({ compressions: [{ method: 'gzip', level: 3 }], nixKeys: [parseNixSecretKey(secret)] })
    const { execFile } = await import('node:child_process')
    const { promisify } = await import('node:util')
    const args = ['copy', '--from', url, '--option', 'trusted-public-keys', publicText, top]
    await promisify(execFile)('nix', args, { env: environment('reader'), timeout: 30_000 })
    expect(nix('reader', ['store', 'cat', top])).toBe(leaf)
  })
})

it('leaves no files behind in the temporary directory', () => {
  rmSync(join(directory, 'tree'), { recursive: true })
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`strata-nar-${process.pid}-`))).toEqual([])
})
