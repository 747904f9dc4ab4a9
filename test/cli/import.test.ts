/** `strata import`: definitions from a registry like npm's and from JSON, which load and have the right hashes. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProcessInterpreter } from '../../build-side/index.ts'
import { SchemeString } from '../../lang/values/index.ts'
import { interpreterOptions } from '../../runtime/scheme/interpreter.ts'
import { removeTree } from '../../runtime/store/index.ts'
import { nixHash, type RunningSite, serveSite } from '../support/web-site.ts'

const repository = resolve(import.meta.dirname, '../..')
let directory: string
let site: RunningSite

interface Published {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}

/** The documents and archives of the package NAME. */
function publish(url: string, name: string, ...versions: readonly Published[]): Record<string, string> {
  const base = name.replace(/^@.*\//, '')
  const files: Record<string, string> = {
    [`/${name}`]: JSON.stringify({
      'dist-tags': { latest: versions[0]?.version },
      versions: Object.fromEntries(versions.map(({ version }) => [version, {}])),
    }),
  }
  for (const description of versions) {
    const path = `/${name}/-/${base}-${description.version}.tgz`
    files[path] = `archive of ${name} ${description.version}`
    const integrity = `sha512-${createHash('sha512').update(files[path]).digest('base64')}`
    files[`/${name}/${description.version}`] = JSON.stringify({
      name,
      ...description,
      dist: { tarball: `${url}${path}`, integrity: description.integrity ?? integrity },
    })
  }
  return files
}

function strata(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(repository, 'runtime/cli/strata'), args, {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      ...process.env,
      STRATA_ROOT: join(directory, 'root'),
      XDG_CACHE_HOME: join(directory, 'cache'),
      STRATA_MIRROR_NPM: site.url,
    },
  })
  return { status, stdout: stdout.replaceAll(site.url, 'https://registry'), stderr }
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'strata-import-'))
  site = await serveSite((url) => ({
    listings: false,
    files: {
      ...publish(url, '@tree/trunk', {
        version: '2.1.0',
        description: 'A trunk. It carries branches @ all heights.',
        license: '(MIT OR Apache-2.0)',
        repository: { type: 'git', url: 'git+https://example.org/tree/trunk.git' },
        dependencies: { branch: '^1.2.0', leaf: '1 - 2' },
        peerDependencies: { soil: '*', sun: '*' },
        peerDependenciesMeta: { sun: { optional: true } },
        devDependencies: { tester: '1', linter: '2' },
        scripts: { build: 'make' },
      }),
      ...publish(
        url,
        'branch',
        { version: '2.0.0', dependencies: { leaf: '9' } },
        { version: '1.10.0-rc.1' },
        { version: '1.9.0', license: 'ISC', dependencies: { leaf: '~2.0.1' }, homepage: 'https://branch.example' },
        { version: '1.10.0', license: 'ISC', dependencies: { leaf: '~2.0.1' }, homepage: 'https://branch.example' },
      ),
      ...publish(url, 'leaf', { version: '2.0.5', license: 'GPL-3.0-or-later' }, { version: '3.0.0' }),
      ...publish(url, 'soil', { version: '0.0.1', license: { type: 'BSD-3-Clause' } }),
      ...publish(url, 'forged', { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` }),
    },
  }))
}, 60_000)

afterAll(async () => {
  await site.close()
  removeTree(directory)
})

test('a package of the registry becomes an expression', () => {
  const { status, stdout } = strata('import', 'npm', '@tree/trunk')
  expect(status).toBe(0)
  expect(stdout.replace(nixHash('archive of @tree/trunk 2.1.0'), 'HASH')).toMatchInlineSnapshot(`
    "(package
      (name "node-tree-trunk")
      (version "2.1.0")
      (source (origin
                (method url-fetch)
                (uri (string-append "https://registry/@tree/trunk/-/trunk-"
                                    version ".tgz"))
                (sha256
                 (base32
                  "HASH"))))
      (build-system node-build-system)
      (arguments
       (list #:tests? #f
             #:phases #~(modify-phases %standard-phases
                          (delete 'build)
                          (add-after 'patch-dependencies 'delete-development-dependencies
                            (lambda _
                              (delete-dependencies '("linter" "tester")))))))
      (inputs (list node-branch-1.10.0 node-leaf-2.0.5 node-soil-0.0.1))
      (home-page "https://example.org/tree/trunk")
      (synopsis "trunk")
      (description
       "This package provides a trunk.  It carries branches @@ all heights.")
      (license (list license:expat license:asl2.0)))
    "
  `)
})

test('what is needed comes first, each in the newest version that will do', () => {
  const { stdout } = strata('import', 'npm', '--recursive', '@tree/trunk@^2')
  expect(stdout.match(/define-public \S+/g)).toEqual([
    'define-public node-soil-0.0.1',
    'define-public node-leaf-2.0.5',
    'define-public node-branch-1.10.0',
    'define-public node-tree-trunk-2.1.0',
  ])
})

test('definitions go to their places in a file, once', () => {
  const file = join(directory, 'collection/node/all.scm')
  mkdirSync(join(directory, 'collection/node'), { recursive: true })
  writeFileSync(
    file,
    `(define-module (node all)
  #:use-module (guix packages) #:use-module (guix download) #:use-module (guix gexp)
  #:use-module (guix build-system node) #:use-module ((guix licenses) #:prefix license:))

(define-public aardvark 1)   ; first

;; The last one.
(define-public zebra 2)
`,
  )
  const { status, stderr } = strata('import', 'npm', '-r', `--insert=${file}`, '@tree/trunk')
  expect({ status, error: /error/.test(stderr) }).toEqual({ status: 0, error: false })
  const text = readFileSync(file, 'utf8')
  expect(text.match(/^(;;.*|\(define-public \S+)/gm)).toEqual([
    '(define-public aardvark',
    '(define-public node-branch-1.10.0',
    '(define-public node-leaf-2.0.5',
    '(define-public node-soil-0.0.1',
    '(define-public node-tree-trunk-2.1.0',
    ';; The last one.',
    '(define-public zebra',
  ])
  strata('import', 'npm', '-r', '-i', file, '@tree/trunk')
  expect(readFileSync(file, 'utf8')).toBe(text)
  // They load, and refer to one another.
  const program = `(use-modules (guix packages) (guix licenses) (node all))
    (write (list (map package-full-name (map cadr (package-inputs node-tree-trunk-2.1.0)))
                 (map license-name (package-license node-tree-trunk-2.1.0))))`
  expect(strata('-L', join(directory, 'collection'), '-c', program)).toEqual({
    status: 0,
    stdout: '(("node-branch@1.10.0" "node-leaf@2.0.5" "node-soil@0.0.1") ("Expat" "ASL 2.0"))',
    stderr: '',
  })
})

test('what is not there, or not what it should be, is an error', () => {
  const missing = strata('import', 'npm', 'nothing')
  expect(missing).toEqual({
    status: 1,
    stdout: '',
    stderr: "strata: error: failed to download meta-data for package 'nothing'\n",
  })
  const forged = strata('import', 'npm', 'forged')
  expect(forged.status).toBe(1)
  expect(forged.stderr).toContain('what was downloaded is not what the registry announces')
})

test('JSON becomes definitions, which may refer to those before', () => {
  const archive = join(directory, 'thing-1.0.tar.gz')
  writeFileSync(archive, 'thing')
  const hash = '0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i'
  const source = { method: 'url-fetch', uri: 'mirror://gnu/thing/thing-1.0.tar.gz', sha256: { base32: hash } }
  const common = { version: '1.0', 'build-system': 'gnu', 'home-page': 'https://example.org', synopsis: 'S' }
  writeFileSync(
    join(directory, 'things.json'),
    JSON.stringify([
      { name: 'thing', source, ...common, description: 'D.', license: 'expat' },
      { name: 'more', source: archive, ...common, description: 'D.', license: 'LGPL-2.1+', inputs: ['thing'] },
    ]),
  )
  const { status, stdout } = strata('import', 'json', 'things.json')
  expect(status).toBe(0)
  expect(stdout.replaceAll(directory, '/tmp')).toMatchInlineSnapshot(`
    "(define-public thing
      (package
        (name "thing")
        (version "1.0")
        (source (origin
                  (method url-fetch)
                  (uri (string-append "mirror://gnu/thing/thing-" version
                                      ".tar.gz"))
                  (sha256
                   (base32
                    "0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i"))))
        (build-system (@ (guix build-system gnu) gnu-build-system))
        (home-page "https://example.org")
        (synopsis "S")
        (description "D.")
        (license license:expat)))

    thing

    (define-public more
      (package
        (name "more")
        (version "1.0")
        (source (origin
                  (method url-fetch)
                  (uri (string-append "/tmp/thing-" version
                                      ".tar.gz"))
                  (sha256
                   (base32
                    "1ck9bisi8dkd4s26ljp49b6f0kwn6ndflbrnblzrl0z339llvsax"))))
        (build-system (@ (guix build-system gnu) gnu-build-system))
        (inputs \`(("_" thing)))
        (home-page "https://example.org")
        (synopsis "S")
        (description "D.")
        (license license:lgpl2.1+)))

    more

    "
  `)
  writeFileSync(join(directory, 'broken.json'), '{"name": ')
  expect(strata('import', 'json', 'broken.json').stderr).toBe("strata: error: invalid JSON in file 'broken.json'\n")
})

/** npm's own rules, when npm is installed. */
const semver = ['/usr/lib', '/usr/share', '/usr/local/lib']
  .map((prefix) => join(prefix, 'node_modules/npm/node_modules/semver'))
  .find((path) => existsSync(path))
if (semver === undefined) console.log('npm is not installed: its ranges are not compared')

test.skipIf(semver === undefined)('versions are in the ranges that npm has them in', () => {
  const npm: unknown = createRequire(import.meta.url)(semver ?? '')
  const satisfies =
    typeof npm === 'object' && npm !== null && 'satisfies' in npm && typeof npm.satisfies === 'function'
      ? npm.satisfies
      : undefined
  expect(satisfies).toBeDefined()
  const scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  const matches = scheme.lookup(['guix', 'import', 'npm-versions'], 'npm-version-matches?')

  const number = fc.integer({ min: 0, max: 3 })
  const preview = fc.constantFrom('', '', '', '-0', '-rc', '-rc.1', '-rc.10', '-beta.2')
  const version = fc.tuple(number, number, number, preview).map(([a, b, c, end]) => `${a}.${b}.${c}${end}`)
  const partial = fc.oneof(
    version,
    fc.tuple(number, number).map(([a, b]) => `${a}.${b}`),
    number.map(String),
    fc.tuple(number, number).map(([a, b]) => `${a}.${b}.x`),
    fc.constantFrom('*', 'x', '1.x.x'),
  )
  const operator = fc.constantFrom('', '', '^', '~', '>=', '>', '<', '<=', '=')
  const comparator = fc.tuple(operator, partial).map(([before, after]) => before + after)
  const alternative = fc.oneof(
    fc.array(comparator, { minLength: 1, maxLength: 3 }).map((all) => all.join(' ')),
    fc.tuple(partial, partial).map(([from, to]) => `${from} - ${to}`),
  )
  const range = fc.array(alternative, { minLength: 1, maxLength: 2 }).map((all) => all.join(' || '))
  fc.assert(
    fc.property(version, range, (candidate, wanted) => {
      const here = scheme.call(matches, new SchemeString(candidate), new SchemeString(wanted)) !== false
      expect([candidate, wanted, here]).toEqual([candidate, wanted, satisfies?.(candidate, wanted)])
    }),
    { numRuns: 400 },
  )
})
