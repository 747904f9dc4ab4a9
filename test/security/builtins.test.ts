/** What builtin builders may do for whoever asks: they run in the daemon itself, which can read what clients cannot. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { StrataError } from '../../lang/conditions/index.ts'
import { type BuildFailure, type BuildOptions, realise } from '../../runtime/builds/index.ts'
import { type MadeDerivation, makeDerivation } from '../../runtime/derivations/index.ts'
import { encodeText, type StorePath } from '../../runtime/formats/index.ts'
import { hashPath, Store, storeLayout } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'

const root = mkdtempSync(join(tmpdir(), 'strata-builtins-'))
const store = new Store(
  storeLayout({ STRATA_ROOT: join(root, 'root'), XDG_CACHE_HOME: join(root, 'cache'), HOME: root }),
)
afterAll(() => {
  store.close()
  rmSync(root, { recursive: true })
})

const stranger: BuildOptions = { client: { uid: 65533, gid: 65533 } }
const sha256 = (contents: string): Uint8Array => createHash('sha256').update(contents).digest()

interface Wish {
  readonly builder: string
  readonly environment: Readonly<Record<string, string>>
  readonly digest?: Uint8Array
  readonly recursive?: boolean
  readonly sources?: readonly StorePath[]
}

function derivation({ builder, environment, digest, recursive = false, sources = [] }: Wish): MadeDerivation {
  const made = makeDerivation(
    {
      name: `wish-${process.hrtime.bigint()}`,
      system: 'builtin',
      builder: `builtin:${builder}`,
      args: [],
      environment: new Map(Object.entries(environment)),
      inputs: [],
      sources,
      outputs: ['out'],
      fixed: digest === undefined ? undefined : { recursive, hash: { algorithm: 'sha256', digest } },
    },
    store.making,
    () => new Uint8Array(),
  )
  store.addDerivation(made)
  return made
}

/** Build MADE: the path of what came out, or why nothing did. */
async function build(made: MadeDerivation, options: BuildOptions = {}): Promise<string> {
  try {
    await realise(store, [made.path], options)
    return store.physical(made.derivation.outputs.get('out')?.path ?? '')
  } catch (error) {
    if (!(error instanceof StrataError) || error.kind !== 'build-failed') throw error
    const [failure] = error.irritants as readonly BuildFailure[]
    return failure?.message ?? error.message
  }
}

describe('a builtin builder', () => {
  it.each([
    'download',
    'fetchurl',
  ])('CVE-2024-51481: %s shows no files that whoever asks could not read', async (builder) => {
    const directory = join(root, `secrets-${builder}`)
    mkdirSync(directory, { mode: 0o700 })
    const contents = `secret ${process.hrtime.bigint()}`
    const readable = join(root, `readable-${builder}`)
    execFileSync('chmod', ['755', root])
    writeFileSync(join(directory, 'inside'), contents, { mode: 0o644 })
    writeFileSync(join(root, `private-${builder}`), contents, { mode: 0o600 })
    writeFileSync(readable, contents, { mode: 0o644 })
    execFileSync('ln', ['-s', join(directory, 'inside'), join(root, `link-${builder}`)])
    const wish = (file: string): MadeDerivation =>
      derivation({ builder, environment: { url: pathToFileURL(file).href }, digest: sha256(contents) })
    for (const file of [join(directory, 'inside'), join(root, `private-${builder}`), join(root, `link-${builder}`)])
      expect(await build(wish(file), stranger)).toMatch(/everybody may read/)
    // What is readable may be had, and so may everything by whom it belongs to.
    expect(readFileSync(await build(wish(readable), stranger), 'utf8')).toBe(contents)
    rmSync(join(root, 'cache'), { recursive: true, force: true })
    expect(readFileSync(await build(wish(join(directory, 'inside'))), 'utf8')).toBe(contents)
    rmSync(join(root, 'cache'), { recursive: true, force: true })
  })

  it('git-download uses nothing that whoever asks could not', async () => {
    if (!isInstalled('git')) return console.log('skipped: git is not installed')
    const repository = join(root, 'repository')
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', repository, '-c', 'user.name=x', '-c', 'user.email=x', ...args])
        .toString()
        .trim()
    mkdirSync(repository)
    git('init', '--quiet')
    writeFileSync(join(repository, 'file'), 'x')
    git('add', 'file')
    git('commit', '--quiet', '-m', 'x')
    const tree = join(root, 'tree')
    mkdirSync(tree)
    writeFileSync(join(tree, 'file'), 'x')
    const commit = git('rev-parse', 'HEAD')
    const wish = (url: string): MadeDerivation =>
      derivation({
        builder: 'git-download',
        environment: { url: JSON.stringify(url), commit },
        digest: hashPath(tree).hash.digest,
        recursive: true,
      })
    expect(existsSync(join(await build(wish(repository)), 'file'))).toBe(true)
    const touched = join(root, 'touched')
    for (const url of [repository, `file://${repository}`, `ssh://localhost${repository}`, `ext::touch ${touched}`])
      expect(await build(wish(url), stranger)).toMatch(/not allowed/)
    expect(existsSync(touched)).toBe(false)
  })

  it('CVE-2025-59378: takes a list of mirrors for what it says, and executes none of it', async () => {
    const touched = join(root, 'executed')
    const code = `(begin (system* "touch" "${touched}") '(("gnu" "file://${root}/none")))`
    const mirrors = store.addText('mirrors', encodeText(code), [])
    const made = derivation({
      builder: 'download',
      environment: { url: '"mirror://gnu/file"', mirrors, 'content-addressed-mirrors': mirrors },
      digest: sha256('nothing has this hash'),
      sources: [mirrors],
    })
    expect(await build(made, { timeout: 20 })).toMatch(/could not download/)
    expect(existsSync(touched)).toBe(false)
  })

  it.each([
    'download',
    'fetchurl',
  ])('CVE-2024-47174 (GHSA-6fjr-mq49-mm2c): %s does not talk to servers without a certificate that is trusted', async (builder) => {
    if (!isInstalled('openssl')) return console.log('skipped: openssl is not installed')
    const [key, certificate] = [join(root, 'key.pem'), join(root, 'certificate.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    execFileSync('openssl', [...request, '-keyout', key, '-out', certificate, ...subject], { stdio: 'ignore' })
    const asked: string[] = []
    const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (incoming, response) => {
      asked.push(incoming.url ?? '')
      response.end('contents')
    })
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const { port } = server.address() as AddressInfo
    const url = `https://localhost:${port}/file`
    const made = derivation({ builder, environment: { url }, digest: sha256('contents') })
    expect(await build(made)).toMatch(/self-signed certificate/)
    expect(asked).toEqual([])
    await new Promise((resolve) => server.close(resolve))
  })

  it('buildenv links only what the derivation depends on', async () => {
    const directory = join(root, 'private')
    mkdirSync(directory)
    writeFileSync(join(directory, 'secret-name'), '')
    const manifest = store.addText('manifest.nix', encodeText('[ ]'), [])
    const hostile = join(root, 'package')
    mkdirSync(hostile)
    execFileSync('ln', ['-s', directory, join(hostile, 'out-of-the-store')])
    const item = store.addFile('package', hostile)
    const wish = (list: string): MadeDerivation =>
      derivation({
        builder: 'buildenv',
        environment: { derivations: list, manifest },
        sources: [manifest, item],
      })
    expect(await build(wish(`true 5 1 ${directory}`))).toMatch(/not an input/)
    const made = await build(wish(`true 5 1 ${item}`))
    expect(existsSync(join(made, 'manifest.nix')) || existsSync(store.physical(manifest))).toBe(true)
    expect(execFileSync('ls', [made]).toString()).toBe('manifest.nix\n')
  })

  it('unpack-channel writes nowhere but to its output', async () => {
    if (!isInstalled('python3')) return console.log('skipped: python3 is not installed')
    const outside = join(root, 'outside-of-channel')
    const script = (entries: string): string =>
      `import io, sys, tarfile\nt = tarfile.open(sys.argv[1], "w")\ndef add(name, kind=tarfile.REGTYPE, link="", data=b"x"):\n  i = tarfile.TarInfo(name); i.type = kind; i.linkname = link; i.size = len(data) if kind == tarfile.REGTYPE else 0\n  t.addfile(i, io.BytesIO(data))\n${entries}\nt.close()`
    const take = async (entries: string): Promise<string> => {
      const file = join(root, 'channel.tar')
      execFileSync('python3', ['-c', script(entries), file])
      const src = store.addFile('channel.tar', file)
      const environment = { src, channelName: 'channel' }
      return await build(derivation({ builder: 'unpack-channel', environment, sources: [src] }))
    }
    const good = await take('add("c/default.nix"); add("c/link", tarfile.SYMTYPE, "default.nix")')
    expect(readFileSync(join(good, 'channel/link'), 'utf8')).toBe('x')
    expect(await take(`add("../${outside.slice(1)}")`)).toMatch(/outside/)
    expect(await take(`add("${outside}")`)).toMatch(/outside/)
    expect(await take(`add("c/x", tarfile.SYMTYPE, "${root}"); add("c/x/outside-of-channel")`)).toMatch(/cannot unpack/)
    expect(await take(`add("c/x", tarfile.LNKTYPE, "../../../../../etc/passwd")`)).toMatch(/outside/)
    expect(await take(`add("c/x", tarfile.SYMTYPE, "/etc"); add("c/y", tarfile.LNKTYPE, "c/x/passwd")`)).toMatch(
      /cannot/,
    )
    expect(await take(`add("c/x", tarfile.CHRTYPE)`)).toMatch(/cannot unpack/)
    expect(await take(`add("a/x"); add("b/x")`)).toMatch(/exactly one/)
    expect(existsSync(outside)).toBe(false)
  })
})
