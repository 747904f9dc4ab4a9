/** From the address in a recipe to the addresses to try, best first. `mirror://NAME/PATH` stands for
 *  several sites; behind every source file there are archives that keep the same bytes under other
 *  names. Names follow guix/download.scm; that a fallback is right is decided by the hash alone. */
import { posix } from 'node:path'
import { formatHash, type Hash } from '../formats/index.ts'
import { aptMirrors } from './apt-sources.ts'
import { npmRegistry } from './npm-config.ts'

/** A public archive that keeps every file Debian ever published, as of a day. */
const debianSnapshots = 'http://snapshot.debian.org/archive/debian/20260801T000000Z'

const publicMirrors: Readonly<Record<string, readonly string[]>> = {
  gnu: ['https://ftpmirror.gnu.org/gnu', 'https://ftp.gnu.org/gnu', 'https://mirrors.kernel.org/gnu'],
  gcc: ['https://ftpmirror.gnu.org/gcc', 'https://gcc.gnu.org/pub/gcc', 'https://ftp.gnu.org/gnu/gcc'],
  gnupg: ['https://www.gnupg.org/ftp/gcrypt', 'https://mirrors.dotsrc.org/gcrypt'],
  gnome: ['https://download.gnome.org', 'https://ftp.acc.umu.se/pub/GNOME'],
  hackage: ['https://hackage.haskell.org'],
  savannah: [
    'https://download.savannah.gnu.org/releases',
    'https://download.savannah.nongnu.org/releases',
    'https://nongnu.freemirror.org/nongnu',
  ],
  sourceforge: ['https://downloads.sourceforge.net/project'],
  'netfilter.org': ['https://www.netfilter.org', 'https://ftp.netfilter.org/pub'],
  'kernel.org': ['https://www.kernel.org/pub', 'https://mirrors.edge.kernel.org/pub'],
  apache: ['https://downloads.apache.org', 'https://archive.apache.org/dist'],
  xorg: ['https://www.x.org/releases', 'https://xorg.freedesktop.org/releases'],
  cpan: ['https://www.cpan.org', 'https://cpan.metacpan.org'],
  cran: ['https://cran.r-project.org'],
  imagemagick: ['https://imagemagick.org/archive/releases', 'https://download.imagemagick.org/ImageMagick/download'],
  kde: ['https://download.kde.org', 'https://download.kde.org/Attic'],
  openbsd: ['https://ftp.openbsd.org/pub/OpenBSD', 'https://cdn.openbsd.org/pub/OpenBSD'],
  mozilla: ['https://ftp.mozilla.org/pub'],
  qt: ['https://download.qt.io', 'https://download.qt.io/archive'],
}

export interface MirrorSources {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Base addresses for `mirror://debian`; by default those of the host's apt. */
  readonly debian?: readonly string[]
  /** More sites by mirror name, as a derivation's `mirrors` file lists them. */
  readonly mirrors?: ReadonlyMap<string, readonly string[]>
}

/** Debian's archives: of the user's choice, of this machine's apt, then the public one. */
function debianBases(sources: MirrorSources): string[] {
  return [...chosenBases('debian', sources), ...(sources.debian ?? aptMirrors()), debianSnapshots]
}

/** Sites named by the user: `STRATA_MIRROR_GNU` and the like, separated by spaces. */
function chosenBases(name: string, { env = process.env }: MirrorSources): string[] {
  const value = env[`STRATA_MIRROR_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`] ?? ''
  return value
    .split(/\s+/)
    .filter((base) => base !== '')
    .map((base) => base.replace(/\/+$/, ''))
}

/** Names that the configuration of apt and npm is for. */
const configured: ReadonlySet<string> = new Set(['debian', 'npm'])

/** The sites for `mirror://NAME/` that the user, or this machine's configuration, names. */
export function preferredMirrors(name: string, sources: MirrorSources = {}): string[] {
  if (name === 'debian') return debianBases(sources)
  const chosen = chosenBases(name, sources)
  return name === 'npm' ? [...chosen, npmRegistry(sources.env)] : chosen
}

function expandMirror(url: string, sources: MirrorSources): string[] {
  const [, name, path] = /^mirror:\/\/([^/]+)\/(.*)$/.exec(url) ?? []
  if (name === undefined || path === undefined) return [url]
  const listed = configured.has(name) ? [] : (sources.mirrors?.get(name) ?? publicMirrors[name] ?? [])
  return [...preferredMirrors(name, sources), ...listed].map((base) => `${base.replace(/\/+$/, '')}/${path}`)
}

/** Where Debian keeps upstream's tarball of the source that FILE is, by its naming convention. */
export function debianSourcePath(file: string): string | undefined {
  const [, name, version, extension] = /^(.+?)-v?(\d[^/]*?)\.(tar\.(?:gz|bz2|xz|lzma)|tgz)$/.exec(file) ?? []
  if (name === undefined || version === undefined || extension === undefined) return undefined
  const source = name.toLowerCase()
  const section = source.startsWith('lib') ? source.slice(0, 4) : source.slice(0, 1)
  const suffix = extension === 'tgz' ? 'tar.gz' : extension
  return `pool/main/${section}/${source}/${source}_${version}.orig.${suffix}`
}

/** The sites that serve files by their hash, with what Guix's and Nix's builders have fetched. */
function byContent(file: string, hash: Hash): string[] {
  const base32 = formatHash(hash, 'nix-base32')
  return [
    `https://bordeaux.guix.gnu.org/file/${file}/${hash.algorithm}/${base32}`,
    `https://ci.guix.gnu.org/file/${file}/${hash.algorithm}/${base32}`,
    `https://tarballs.nixos.org/${hash.algorithm}/${base32}`,
  ]
}

/** All addresses to try for a file that URLS name, in order. HASH is of its contents, if known. */
export function candidateUrls(urls: readonly string[], hash: Hash | undefined, sources: MirrorSources = {}): string[] {
  const candidates = urls.flatMap((url) => expandMirror(url, sources))
  if (hash !== undefined) {
    const files = new Set(urls.map((url) => posix.basename(url.replace(/[?#].*$/, ''))))
    // Packages of the seed and of npm are nowhere but in their own archives.
    const isSource = urls.every((url) => !/^(mirror:\/\/(debian|npm)|file:)/.test(url))
    for (const file of isSource ? files : []) {
      const path = debianSourcePath(file)
      if (path !== undefined) candidates.push(...debianBases(sources).map((base) => `${base}/${path}`))
    }
    for (const file of isSource ? files : []) candidates.push(...byContent(file, hash))
  }
  return [...new Set(candidates)]
}
