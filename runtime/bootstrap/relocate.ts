/** Relocation of an item's files: ELF files, scripts, linker scripts and pkg-config files that name
 *  Debian's directories get the names of store items instead. Works on a tree in memory. */
import { StrataError } from '../../lang/conditions/index.ts'
import { isDynamicElf, type Redirection, relocateElf } from './elf.ts'
import type { ItemTree } from './layout.ts'

const latin1 = new TextDecoder('latin1')
/** The dynamic loader works without RUNPATH, and its own data must stay where they are. */
const loaderPath = 'lib/ld-linux-x86-64.so.2'

export interface ItemRelocation {
  /** The dynamic loader's store path. */
  readonly interpreter: string
  readonly runpath: string
  /** The shell of scripts, and of programs that have /bin/sh compiled in. */
  readonly shell: string
  /** Other strings compiled into programs, and what they become. */
  readonly redirections?: readonly Redirection[]
}

export interface RelocationCounts {
  readonly elfFiles: number
  /** References to redirected strings that were changed, by file and string. */
  readonly redirected: Readonly<Record<string, number>>
}

/** Relocate all ELF files of TREE. */
export function relocateElfFiles(tree: ItemTree, relocation: ItemRelocation): RelocationCounts {
  const redirections = [{ from: '/bin/sh', to: relocation.shell }, ...(relocation.redirections ?? [])]
  const counts: Record<string, number> = {}
  let elfFiles = 0
  for (const [path, node] of tree) {
    if (node.kind !== 'file' || path === loaderPath || !isDynamicElf(node.contents)) continue
    const { contents, redirected } = relocateElf(node.contents, {
      interpreter: relocation.interpreter,
      runpath: relocation.runpath,
      redirections,
    })
    tree.set(path, { ...node, contents })
    elfFiles++
    for (const [index, { from }] of redirections.entries()) {
      const count = redirected[index] ?? 0
      if (count > 0) counts[`${path} ${from}`] = count
    }
  }
  return { elfFiles, redirected: counts }
}

/** Overwrite TEXT, NUL-terminated and COUNT times in CONTENTS, by REPLACEMENT of equal length. */
function overwrite(contents: Buffer, text: string, replacement: string, count: number): void {
  const wanted = Buffer.from(`${text}\0`)
  let found = 0
  for (let at = contents.indexOf(wanted); at >= 0; at = contents.indexOf(wanted, at + 1)) {
    contents.write(replacement, at, 'latin1')
    found++
  }
  if (text.length !== replacement.length || found !== count)
    throw new StrataError(
      'seed-mismatch',
      `expected ${text} ${count} times in the dynamic loader, found it ${found} times`,
    )
}

/** Keep the dynamic loader from using files of the host: its cache, its preload list and the
 *  default directories, which it would search after RUNPATH. Those are adjacent strings, once for
 *  searching and once for telling which directories are trusted. */
export function isolateLoader(tree: ItemTree): void {
  const node = tree.get(loaderPath)
  if (node?.kind !== 'file') throw new StrataError('seed-mismatch', `the seed has no ${loaderPath}`)
  const contents = Buffer.from(node.contents)
  overwrite(contents, '/etc/ld.so.cache', '/gnu/ld.so.cache', 1)
  overwrite(contents, '/etc/ld.so.preload', '/gnu/ld.so.preload', 1)
  overwrite(
    contents,
    '/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/',
    '/gnu/x86_64-linux-gnu/\0/gnu/usr/x86_64-linux-gnu/\0/gnu/\0/gnu/usr/',
    2,
  )
  tree.set(loaderPath, { ...node, contents })
}

/** Point the first lines of scripts to SHELL. Scripts for programs outside the seed are removed. */
export function relocateScripts(tree: ItemTree, shell: string): void {
  for (const [path, node] of tree) {
    if (node.kind !== 'file' || !node.executable || node.contents[0] !== 0x23 || node.contents[1] !== 0x21) continue
    const end = node.contents.indexOf(0x0a)
    const line = latin1.decode(node.contents.subarray(0, end))
    const [, program, rest] = /^#! ?(\S+)(.*)$/.exec(line) ?? []
    if (program === '/usr/bin/perl') tree.delete(path)
    else if (program === '/bin/sh' || program === '/bin/bash') {
      const contents = Buffer.concat([Buffer.from(`#!${shell}${rest ?? ''}`), node.contents.subarray(end)])
      tree.set(path, { ...node, contents })
    } else throw new StrataError('seed-mismatch', `script ${path} of the seed begins with ${line}`)
  }
}

/** Point the linker scripts and pkg-config files among PATHS to SELF. */
export function relocateTexts(tree: ItemTree, paths: readonly string[], self: string): void {
  for (const path of paths) {
    const node = tree.get(path)
    if (node?.kind !== 'file') throw new StrataError('seed-mismatch', `the seed has no ${path}`)
    const text = latin1
      .decode(node.contents)
      .replace(/(\/usr)?\/lib\/x86_64-linux-gnu\/|\/lib64\//g, `${self}/lib/`)
      .replace(/\/usr\/lib\/x86_64-linux-gnu$|\/lib\/x86_64-linux-gnu$/gm, `${self}/lib`)
      .replace(/=\/usr$/gm, `=${self}`)
      .replace(/=\/usr\/include$/gm, `=${self}/include`)
    tree.set(path, { ...node, contents: Buffer.from(text, 'latin1') })
  }
}
