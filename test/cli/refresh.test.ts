/** `strata refresh`: updaters against servers with realistic listings, and what they do to the definitions of packages. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { nixHash, type RunningSite, serveSite } from '../support/web-site.ts'

const repository = resolve(import.meta.dirname, '../..')
let directory: string
let collection: string
let site: RunningSite

const zeros = '0'.repeat(52)

/** Packages, each of another kind of site. */
const recipes = (url: string) => `;; Some packages.
(define-module (outdated packages)
  #:use-module (guix packages) #:use-module (guix download) #:use-module (guix gexp)
  #:use-module (guix build-system gnu) #:use-module ((guix licenses) #:prefix license:))

(define* (simple name version uri #:key (inputs '()) (properties '()))
  (package
    (name name) (version version)
    (source (origin (method url-fetch) (uri uri) (sha256 (base32 "${zeros}"))))
    (build-system gnu-build-system) (inputs inputs) (properties properties)
    (home-page "https://example.org") (synopsis "X") (description "X.") (license license:gpl3+)))

(define-public greeter
  (package
    (name "greeter")                    ; version 1.9 was the first
    (version "1.9")
    ;; Since 1.9, upstream signs its archives.
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://gnu/greeter/greeter-" version
                                  ".tar.gz"))
              (patches '("greeter-1.9-fix.patch"))
              (sha256
               (base32
                "${zeros}"))))
    (build-system   gnu-build-system)
    (arguments (list #:make-flags #~(list "V=1.9.1" "DATA=share/1.9")))
    (home-page "https://example.org")
    (synopsis "Greeter")
    (description "Greeter.")
    (license license:gpl3+)))

(define-public fetcher (simple "fetcher" "2.0" "mirror://savannah/fetcher/fetcher-2.0.tar.xz"))
(define-public kern (simple "kern" "6.1" "mirror://kernel.org/linux/kern/kern-6.1.tar.xz"))
(define-public libxt (simple "libxt" "1.0.0" "mirror://xorg/individual/lib/libXt-1.0.0.tar.xz"
                             #:properties '((upstream-name . "libXt"))))
(define-public forge (simple "forge" "0.1" "mirror://sourceforge/forge/forge-0.1.tar.gz"))
(define-public page (simple "page" "3" "${url}/downloads/page-3.tar.gz" #:inputs (list fetcher)))
(define-public pooled (simple "pooled" "1.0" "mirror://debian/pool/main/p/pooled/pooled_1.0+dfsg.orig.tar.xz"))
(define-public node-leaf (simple "node-leaf" "1.0.0" "${url}/registry/leaf/-/leaf-1.0.0.tgz"))
(define-public orphan (package (inherit page) (name "orphan") (source #f)))
`

const greeter = 'the greeter, 2.10'

function files(url: string): Record<string, string> {
  return {
    '/gnu/greeter/greeter-1.9.tar.gz': 'old',
    '/gnu/greeter/greeter-2.9.tar.gz': 'newer',
    '/gnu/greeter/greeter-2.10.tar.gz': greeter,
    '/gnu/greeter/greeter-2.10.tar.gz.sig': 'no signature',
    '/gnu/greeter/greeter-2.11rc1.tar.gz': 'preview',
    '/gnu/greeter/greeter-doc-3.0.tar.gz': 'documentation',
    '/gnu/greeter/greeter-2.10-i386.tar.gz': 'binary',
    '/savannah/fetcher/fetcher-2.0.tar.xz': '',
    '/savannah/fetcher/fetcher-2.1.tar.xz': '',
    '/kernel/linux/kern/kern-6.1.tar.xz': '',
    '/kernel/linux/kern/kern-6.0.9.tar.xz': '',
    '/xorg/individual/lib/libXt-1.0.0.tar.xz': '',
    '/xorg/individual/lib/libXt-1.1.tar.gz': '',
    '/xorg/individual/lib/libXtst-2.0.tar.gz': '',
    '/project/forge/forge/0.2/forge-0.2.tar.gz': '',
    '/project/forge/forge/0.2/forge-0.2.tar.gz.asc': '',
    '/downloads/page-3.tar.gz': '',
    '/downloads/page-4.tar.gz': 'page 4',
    '/downloads/page-4.tar.gz.asc': '',
    '/registry/leaf': JSON.stringify({
      'dist-tags': { latest: '1.1.0' },
      versions: { '1.0.0': {}, '1.1.0': {}, '2.0.0-beta': {} },
    }),
    '/registry/leaf/1.1.0': JSON.stringify({
      name: 'leaf',
      version: '1.1.0',
      dependencies: { twig: '^1' },
      dist: { tarball: `${url}/registry/leaf/-/leaf-1.1.0.tgz` },
    }),
    '/registry/leaf/-/leaf-1.1.0.tgz': 'leaf 1.1.0',
  }
}

const sources = `Package: other
Directory: pool/main/o/other
Checksums-Sha256:
 00 1 other_9.orig.tar.xz

Package: pooled
Version: 1:1.2+dfsg-1
Checksums-Sha256:
 00 1 pooled_1.2+dfsg-1.dsc
 00 1 pooled_1.2+dfsg.orig.tar.xz
 00 1 pooled_1.2+dfsg.orig-extra.tar.xz
Directory: pool/main/p/pooled

Package: pooled
Version: 1:1.10~rc1+dfsg-1
Checksums-Sha256:
 00 1 pooled_1.10~rc1+dfsg.orig.tar.xz
Directory: pool/main/p/pooled
`

function strata(...args: readonly string[]) {
  const base = site.url
  const { status, stdout, stderr } = spawnSync(join(repository, 'runtime/cli/strata'), args, {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      ...process.env,
      STRATA_ROOT: join(directory, 'root'),
      XDG_CACHE_HOME: join(directory, 'cache'),
      XDG_CONFIG_HOME: join(directory, 'config'),
      STRATA_MIRROR_GNU: `${base}/gnu`,
      STRATA_MIRROR_SAVANNAH: `${base}/savannah/`,
      STRATA_MIRROR_KERNEL_ORG: `${base}/kernel`,
      STRATA_MIRROR_XORG: `${base}/xorg`,
      STRATA_MIRROR_DEBIAN: `${base}/debian`,
      STRATA_MIRROR_NPM: `${base}/registry`,
    },
  })
  return { status, stdout, stderr }
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'strata-refresh-'))
  collection = join(directory, 'collection')
  mkdirSync(join(collection, 'outdated'), { recursive: true })
  site = await serveSite((url) => ({
    files: {
      ...files(url),
      '/debian/dists/unstable/main/source/Sources.xz': execFileSync('xz', ['-c'], { input: sources }),
    },
    redirections: {
      '/projects/forge/files/latest/download': '/project/forge/forge/0.2/forge-0.2.tar.gz',
    },
  }))
  writeFileSync(join(collection, 'outdated/packages.scm'), recipes(site.url))
}, 60_000)

afterAll(async () => {
  await site.close()
  removeTree(directory)
})

test('each kind of site tells its latest release', () => {
  const names = ['greeter', 'fetcher', 'kern', 'libxt', 'page', 'pooled', 'node-leaf', 'orphan']
  const { status, stdout } = strata('refresh', '-L', collection, '--json', ...names)
  expect(status).toBe(0)
  const parsed: unknown = JSON.parse(stdout)
  const rows = Array.isArray(parsed) ? parsed : []
  expect(rows.map((row) => [row.package, row.status, row.updater, row.latest, row.urls])).toEqual([
    ['greeter', 'upgradable', 'gnu', '2.10', ['mirror://gnu/greeter/greeter-2.10.tar.gz']],
    ['fetcher', 'upgradable', 'savannah', '2.1', ['mirror://savannah/fetcher/fetcher-2.1.tar.xz']],
    ['kern', 'current', 'kernel.org', '6.1', ['mirror://kernel.org/linux/kern/kern-6.1.tar.xz']],
    ['libxt', 'upgradable', 'xorg', '1.1', ['mirror://xorg/individual/lib/libXt-1.1.tar.gz']],
    ['page', 'upgradable', 'generic-html', '4', [`${site.url}/downloads/page-4.tar.gz`]],
    ['pooled', 'upgradable', 'debian', '1.2', ['mirror://debian/pool/main/p/pooled/pooled_1.2+dfsg.orig.tar.xz']],
    ['node-leaf', 'upgradable', 'npm', '1.1.0', [`${site.url}/registry/leaf/-/leaf-1.1.0.tgz`]],
    ['orphan', 'no-updater', null, null, []],
  ])
})

test('what would be upgraded is told where the version is', () => {
  const { status, stdout, stderr } = strata('refresh', '-L', collection, 'greeter', 'kern', 'orphan')
  expect(status).toBe(0)
  expect(stdout).toBe('')
  expect(stderr.replaceAll(`${collection}/`, '')).toBe(
    [
      'outdated/packages.scm:16:4: greeter would be upgraded from 1.9 to 2.10',
      'outdated/packages.scm:8:16: 6.1 is already the latest version of kern',
      'outdated/packages.scm:41:22: warning: no updater for orphan',
      '',
    ].join('\n'),
  )
})

test('SourceForge says which file is its latest', () => {
  const program = `(use-modules (guix gnu-maintenance) (guix upstream) (gnu packages))
    ((@ (gnu packages) prepend-package-directories!) (list "${collection}"))
    (parameterize ((%sourceforge-projects-url "${site.url}/projects"))
      (let ((source ((upstream-updater-latest %sourceforge-updater) (specification->package "forge"))))
        (write (list (upstream-source-version source) (upstream-source-urls source)
                     (upstream-source-signature-urls source)))))`
  const { stdout } = strata('-L', collection, '-c', program)
  expect(stdout).toBe(
    '("0.2" ("mirror://sourceforge/forge/forge/0.2/forge-0.2.tar.gz") ' +
      '("mirror://sourceforge/forge/forge/0.2/forge-0.2.tar.gz.asc"))',
  )
})

test('what upstream has not signed as it says is not taken', () => {
  const file = join(collection, 'outdated/packages.scm')
  const before = readFileSync(file, 'utf8')
  // Its signature is none.
  const refused = strata('refresh', '-L', collection, '-u', '-t', 'gnu', '--key-download=never', 'greeter')
  expect(refused.stderr).not.toContain("can't open")
  expect(refused.stderr).toContain("signature verification failed for 'mirror://gnu/greeter/greeter-2.10.tar.gz'")
  expect(refused.stderr).toContain('greeter: version 2.10 could not be downloaded and authenticated; not updating')
  expect(readFileSync(file, 'utf8')).toBe(before)
})

test('an update changes version and hash in place; comments, layout and names of patches stay', async () => {
  const unsigned = await serveSite({
    files: { '/greeter/greeter-1.9.tar.gz': 'x', '/greeter/greeter-2.10.tar.gz': greeter },
  })
  try {
    const file = join(collection, 'outdated/packages.scm')
    const before = readFileSync(file, 'utf8')
    const start = before.replace('"mirror://gnu/greeter/greeter-"', `"${unsigned.url}/greeter/greeter-"`)
    writeFileSync(file, start)
    const { status, stderr } = strata('refresh', '-L', collection, '-u', 'greeter')
    expect({ status, stderr: stderr.split('\n').at(-2)?.replace(`${collection}/`, '') }).toEqual({
      status: 0,
      stderr: 'outdated/packages.scm:16:4: greeter: updating from version 1.9 to version 2.10...',
    })
    expect(readFileSync(file, 'utf8')).toBe(
      start
        .replace('(version "1.9")', '(version "2.10")')
        .replace(`"${zeros}"))))\n    (build-system   `, `"${nixHash(greeter)}"))))\n    (build-system   `)
        .replace('share/1.9', 'share/2.10'),
    )
    // Nothing is left beside the file.
    expect(readdirSync(join(collection, 'outdated'))).toEqual(['packages.scm'])
    writeFileSync(file, before)
  } finally {
    await unsigned.close()
  }
})

test('dependents and dependencies', () => {
  const { stdout } = strata('refresh', '-L', collection, '-l', 'fetcher')
  expect(stdout).toBe(
    'Building the following 2 packages would ensure 2 dependent packages are rebuilt: orphan@3 page@3\n',
  )
  const one = strata('refresh', '-L', collection, '-l', '-e', '(@ (outdated packages) fetcher)', '--json')
  expect(JSON.parse(one.stdout)).toEqual({
    packages: ['fetcher@2.0'],
    dependents: ['orphan@3', 'page@3'],
    covering: ['orphan@3', 'page@3'],
  })
  const alone = strata('refresh', '-L', collection, '--list-dependent', 'page')
  expect(alone.stdout).toBe('No dependents other than itself: page@3\n')
  const needed = strata('refresh', '-L', collection, '--list-transitive', '--json', 'page')
  expect(JSON.parse(needed.stdout).dependencies).toContain('fetcher@2.0')
})

test('an updater that there is not, and a policy that there is not, are errors', () => {
  const { status, stderr } = strata('refresh', '-L', collection, '-t', 'gnu,nope', 'page')
  expect({ status, stderr }).toEqual({ status: 1, stderr: 'strata: error: nope: no such updater\n' })
  expect(strata('refresh', '--key-download=perhaps', 'page').status).toBe(1)
})
