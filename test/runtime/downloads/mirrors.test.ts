import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseSourcesList, parseSourcesStanzas } from '../../../runtime/downloads/apt-sources.ts'
import { aptMirrors, candidateUrls, debianSourcePath, npmRegistry } from '../../../runtime/downloads/index.ts'
import { npmCacheFile, npmrcValue } from '../../../runtime/downloads/npm-config.ts'
import { parseHash } from '../../../runtime/formats/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'strata-mirrors-'))
afterAll(() => rmSync(directory, { recursive: true }))

describe('the mirrors of apt', () => {
  it('are read from one-line lists', () => {
    const text = `# deb http://commented.example/debian x main
deb http://a.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] https://b.example/debian/ bookworm main contrib
deb-src http://c.example/debian bookworm main
`
    expect(parseSourcesList(text)).toEqual([
      'http://a.example/debian',
      'https://b.example/debian/',
      'http://c.example/debian',
    ])
  })

  it('are read from stanzas, with folded fields, comments and disabled ones', () => {
    const text = `Types: deb
# a comment
URIs: http://a.example/debian
 http://b.example/debian
Suites: bookworm

Types: deb
URIs: http://disabled.example/debian
Enabled: no
`
    expect(parseSourcesStanzas(text)).toEqual(['http://a.example/debian', 'http://b.example/debian'])
  })

  it('come from all files, each once, with lists of mirrors expanded', () => {
    const apt = join(directory, 'etc/apt')
    mkdirSync(join(apt, 'sources.list.d'), { recursive: true })
    writeFileSync(join(directory, 'list'), 'http://m1.example/debian priority:1\nhttp://m2.example/debian\n')
    writeFileSync(join(apt, 'sources.list'), 'deb http://a.example/debian x main\ndeb cdrom:[x]/ x main\n')
    writeFileSync(
      join(apt, 'sources.list.d/debian.sources'),
      `Types: deb\nURIs: mirror+file:${join(directory, 'list')} http://a.example/debian/\n`,
    )
    expect(aptMirrors(directory)).toEqual([
      'http://a.example/debian',
      'http://m1.example/debian',
      'http://m2.example/debian',
    ])
  })

  it('are none on a machine without apt', () => {
    expect(aptMirrors(join(directory, 'nothing'))).toEqual([])
  })
})

describe('candidateUrls', () => {
  const hash = parseHash('0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i')
  const sources = { debian: ['http://a.example/debian'], env: {} }

  it('ends with a public archive for Debian packages', () => {
    const [first, last, ...rest] = candidateUrls(['mirror://debian/pool/x.deb'], hash, sources)
    expect(first).toBe('http://a.example/debian/pool/x.deb')
    expect(last).toMatch(/^http:\/\/snapshot\.debian\.org\/archive\/debian\/\d+T\d+Z\/pool\/x\.deb$/)
    expect(rest).toEqual([])
  })

  it('looks for sources of GNU also in Debian, where they have other names', () => {
    const urls = candidateUrls(['mirror://gnu/hello/hello-2.10.tar.gz'], hash, sources)
    expect(urls[0]).toBe('https://ftpmirror.gnu.org/gnu/hello/hello-2.10.tar.gz')
    expect(urls).toContain('http://a.example/debian/pool/main/h/hello/hello_2.10.orig.tar.gz')
  })

  it('puts the sites that the user names first', () => {
    const env = { STRATA_MIRROR_GNU: 'http://near.example/gnu/ http://far.example/gnu' }
    expect(candidateUrls(['mirror://gnu/x/x-1.tar.gz'], hash, { ...sources, env }).slice(0, 2)).toEqual([
      'http://near.example/gnu/x/x-1.tar.gz',
      'http://far.example/gnu/x/x-1.tar.gz',
    ])
  })

  it('leaves plain addresses first and has each once', () => {
    const url = 'https://example.org/a-1.0.tar.gz'
    const urls = candidateUrls([url, url], hash, sources)
    expect(urls[0]).toBe(url)
    expect(new Set(urls).size).toBe(urls.length)
  })
})

describe('debianSourcePath', () => {
  it.each([
    ['hello-2.10.tar.gz', 'pool/main/h/hello/hello_2.10.orig.tar.gz'],
    ['libtool-2.4.7.tar.xz', 'pool/main/libt/libtool/libtool_2.4.7.orig.tar.xz'],
    ['foo-v1.2.tgz', 'pool/main/f/foo/foo_1.2.orig.tar.gz'],
    ['nameless.tar.gz', undefined],
    ['foo-1.0.zip', undefined],
  ])('%s', (file, path) => {
    expect(debianSourcePath(file)).toBe(path)
  })
})

describe("npm's configuration", () => {
  it('is read with quotes, comments and variables', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's notation, not JavaScript's
    const variable = '${X}'
    const text = `; registry=http://no.example\nregistry = "https://r.example/${variable}/"\n`
    expect(npmrcValue(text, 'registry', { X: 'npm' })).toBe('https://r.example/npm/')
    expect(npmrcValue(text, 'cache', {})).toBeUndefined()
  })

  it('prefers the environment', () => {
    expect(npmRegistry({ npm_config_registry: 'http://r.example/' })).toBe('http://r.example')
  })

  it('finds a cached file by its integrity', () => {
    const hex = 'ab'.repeat(64)
    const file = join(directory, '_cacache/content-v2/sha512/ab/ab')
    mkdirSync(file, { recursive: true })
    writeFileSync(join(file, hex.slice(4)), '')
    const integrity = `sha512-${Buffer.from(hex, 'hex').toString('base64')}`
    expect(npmCacheFile(integrity, { npm_config_cache: directory })).toBe(join(file, hex.slice(4)))
    expect(npmCacheFile(integrity, { npm_config_cache: join(directory, 'other') })).toBeUndefined()
  })
})
