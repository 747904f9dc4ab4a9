/** The items of the bootstrap seed: how the packages of each become one store item.
 *  The rules are tied to the pinned packages, so everything that can be counted is checked against
 *  what it was when the result was tested; another package fails loudly instead of half working. */
import { StrataError } from '../../lang/conditions/index.ts'
import { relocateSpecs } from './gcc-specs.ts'
import { addLink, addPackage, type ItemTree, removeLeavingLinks } from './layout.ts'
import {
  type ItemRelocation,
  isolateLoader,
  type RelocationCounts,
  relocateElfFiles,
  relocateScripts,
  relocateTexts,
} from './relocate.ts'
import type { TarEntry } from './tar.ts'

export type SeedItemName = 'glibc' | 'gcc-lib' | 'gcc' | 'binutils' | 'tools'

export interface SeedItem {
  readonly item: SeedItemName
  /** The store path the item will have. */
  readonly self: string
  /** Store paths of the items it refers to. `gcc-lib` names the compiler's libraries. */
  readonly references: { readonly glibc?: string; readonly 'gcc-lib'?: string }
  /** What `gcc -dumpspecs` prints, for the item `gcc`. */
  readonly specs?: string
}

interface Expectation {
  readonly elfFiles: number
  readonly redirected: Readonly<Record<string, number>>
  /** Links that lead out of the item and are left out of it. */
  readonly leavingLinks: readonly string[]
}

const gccDirectory = 'lib/gcc/x86_64-linux-gnu/12'
const prefix = 'x86_64-linux-gnu-'

const expectations: Readonly<Record<SeedItemName, Expectation>> = {
  glibc: { elfFiles: 285, redirected: { 'lib/libc.so.6 /bin/sh': 7, 'libexec/sh /bin/sh': 2 }, leavingLinks: [] },
  'gcc-lib': { elfFiles: 6, redirected: {}, leavingLinks: [] },
  gcc: {
    elfFiles: 22,
    redirected: {},
    leavingLinks: ['libatomic.so', 'libcc1.so', 'libgomp.so', 'libitm.so', 'libquadmath.so', 'libstdc++.so'].map(
      (name) => `${gccDirectory}/${name}`,
    ),
  },
  binutils: { elfFiles: 31, redirected: {}, leavingLinks: [] },
  tools: {
    elfFiles: 163,
    redirected: {
      'bin/make /bin/sh': 1,
      'bin/split /bin/sh': 1,
      'bin/chroot /bin/sh': 1,
      'bin/gawk /bin/sh': 1,
      'bin/tar /bin/sh': 2,
      'lib/libmagic.so.1.0.0 /etc/magic:/usr/share/misc/magic': 3,
      'bin/m4 /bin/sh': 2,
    },
    leavingLinks: ['share/misc/magic'],
  },
}

function reference(seed: SeedItem, name: 'glibc' | 'gcc-lib'): string {
  const path = seed.references[name]
  if (path === undefined) throw new StrataError('seed-mismatch', `seed item ${seed.item} needs the path of ${name}`)
  return path
}

/** Remove the files for which WANTED is true; there must be some. */
function remove(tree: ItemTree, what: string, wanted: (path: string) => boolean): void {
  const found = [...tree.keys()].filter(wanted)
  if (found.length === 0) throw new StrataError('seed-mismatch', `the seed has no ${what}`)
  for (const path of found) tree.delete(path)
}

function addText(tree: ItemTree, path: string, text: string): void {
  tree.set(path, { kind: 'file', executable: false, contents: Buffer.from(text) })
}

function shapeGlibc(tree: ItemTree, seed: SeedItem): ItemRelocation {
  // bash would refer back to glibc: scripts for it go, and the shell of system() is a small one of glibc's own.
  remove(tree, 'ldd and tzselect', (path) => path === 'bin/ldd' || path === 'bin/tzselect')
  const shell = tree.get('bin/dash')
  if (shell === undefined) throw new StrataError('seed-mismatch', 'the seed has no bin/dash')
  remove(tree, 'dash', (path) => path === 'bin/dash' || path === 'bin/sh')
  tree.set('libexec/sh', shell)
  isolateLoader(tree)
  relocateTexts(tree, ['lib/libc.so', 'lib/libm.so', 'lib/libm.a', 'lib/pkgconfig/libxcrypt.pc'], seed.self)
  const lib = `${seed.self}/lib`
  return { interpreter: `${lib}/ld-linux-x86-64.so.2`, runpath: lib, shell: `${seed.self}/libexec/sh` }
}

function shapeGccLib(tree: ItemTree): void {
  // The names the linker looks for; their links in gcc's own directory would leave that item.
  for (const library of ['libstdc++.so.6', 'libgomp.so.1', 'libatomic.so.1', 'libitm.so.1', 'libquadmath.so.0'])
    addLink(tree, `lib/${library.replace(/\.[0-9]+$/, '')}`, `lib/${library}`)
  addText(tree, 'lib/libgcc_s.so', 'GROUP ( libgcc_s.so.1 -lgcc )\n')
}

function shapeGcc(tree: ItemTree, seed: SeedItem): void {
  // Sanitizers need shared libraries that are not in the seed; the others serve gcc's developers.
  remove(tree, 'sanitizers', (path) => /\/lib(a|l|t|ub|hwa)san(_preinit)?\.(a|o|so)$/.test(path))
  remove(tree, 'lto-dump', (path) => path.endsWith('lto-dump-12'))
  remove(tree, 'plugin headers', (path) => path.startsWith(`${gccDirectory}/plugin/`))
  for (const name of ['gcc', 'g++', 'cpp', 'gcc-ar', 'gcc-nm', 'gcc-ranlib', 'gcov'])
    addLink(tree, `bin/${name}`, `bin/${prefix}${name}-12`)
  addLink(tree, 'bin/cc', `bin/${prefix}gcc-12`)
  addLink(tree, 'bin/c++', `bin/${prefix}g++-12`)
  if (seed.specs === undefined) throw new StrataError('seed-mismatch', 'seed item gcc needs the specs of gcc')
  addText(
    tree,
    `${gccDirectory}/specs`,
    relocateSpecs(seed.specs, reference(seed, 'glibc'), reference(seed, 'gcc-lib')),
  )
}

function shapeBinutils(tree: ItemTree): void {
  remove(tree, 'gp-display-html, a Perl program', (path) => path.endsWith('gp-display-html'))
  for (const path of [...tree.keys()])
    if (path.startsWith(`bin/${prefix}`)) addLink(tree, `bin/${path.slice(`bin/${prefix}`.length)}`, path)
}

function shapeTools(tree: ItemTree): void {
  addLink(tree, 'bin/sh', 'bin/bash')
  addLink(tree, 'bin/awk', 'bin/gawk')
}

/** Everything but the C library itself is relocated alike. */
function onGlibc(seed: SeedItem): ItemRelocation {
  const glibc = reference(seed, 'glibc')
  const libraries = [seed.self, glibc, ...(seed.item === 'gcc-lib' ? [] : [reference(seed, 'gcc-lib')])]
  return {
    interpreter: `${glibc}/lib/ld-linux-x86-64.so.2`,
    runpath: libraries.map((item) => `${item}/lib`).join(':'),
    shell: seed.item === 'tools' ? `${seed.self}/bin/sh` : `${glibc}/libexec/sh`,
    redirections:
      seed.item === 'tools' ? [{ from: '/etc/magic:/usr/share/misc/magic', to: `${seed.self}/share/misc/magic` }] : [],
  }
}

function verify(item: SeedItemName, counts: RelocationCounts, leavingLinks: readonly string[]): void {
  const found: Expectation = { ...counts, leavingLinks }
  const expected = expectations[item]
  const differing = (['elfFiles', 'redirected', 'leavingLinks'] as const).filter(
    (key) => JSON.stringify(found[key]) !== JSON.stringify(expected[key]),
  )
  if (differing.length === 0) return
  const texts = differing.map(
    (key) => `${key}: expected ${JSON.stringify(expected[key])}, found ${JSON.stringify(found[key])}`,
  )
  throw new StrataError('seed-mismatch', `seed item ${item} is not what it was: ${texts.join('; ')}`, {
    hint: 'the packages of the seed must be those of the pin list',
  })
}

/** Lay out and relocate the unpacked PACKAGES of one item. */
export function assembleSeedItem(seed: SeedItem, packages: readonly (readonly TarEntry[])[]): ItemTree {
  const tree: ItemTree = new Map()
  for (const entries of packages) addPackage(tree, entries)
  let relocation: ItemRelocation
  if (seed.item === 'glibc') relocation = shapeGlibc(tree, seed)
  else {
    relocation = onGlibc(seed)
    if (seed.item === 'gcc-lib') shapeGccLib(tree)
    else if (seed.item === 'gcc') shapeGcc(tree, seed)
    else if (seed.item === 'binutils') shapeBinutils(tree)
    else shapeTools(tree)
  }
  relocateScripts(tree, relocation.shell)
  const leavingLinks = removeLeavingLinks(tree)
  verify(seed.item, relocateElfFiles(tree, relocation), leavingLinks)
  return tree
}
