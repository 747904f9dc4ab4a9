/** From Debian's file system layout to that of one store item: which path goes where, what is left
 *  out, where links point afterwards. Pure: entries of unpacked packages in, a tree in memory out.
 *  Relocation of the files' contents is in relocate.ts. */
import { posix } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import type { TarEntry } from './tar.ts'

export type ItemNode =
  | { readonly kind: 'file'; readonly executable: boolean; readonly contents: Uint8Array }
  | { readonly kind: 'symlink'; readonly target: string }

/** A store item in memory: paths below it, without directories, which follow from them. */
export type ItemTree = Map<string, ItemNode>

const multiarch = 'x86_64-linux-gnu'
/** What of share/ programs read while they run; the rest is documentation, translations and the like. */
const keptShares = /^share\/(awk|misc)\//
const prefixes: readonly (readonly [string, string])[] = [
  [`lib/${multiarch}/`, 'lib/'],
  ['lib64/', 'lib/'],
  ['sbin/', 'bin/'],
]

/** Where a path of a Debian system is in the item, or undefined when it is left out. */
export function itemPath(debianPath: string): string | undefined {
  let path = debianPath.replace(/^usr\//, '')
  if (/^(etc|var)\//.test(path)) return undefined
  if (path.startsWith('share/') && !keptShares.test(path)) return undefined
  for (const [from, to] of prefixes) if (path.startsWith(from)) path = to + path.slice(from.length)
  // gcc looks for the machine's C++ headers relative to itself, under the machine's name.
  if (path.startsWith(`include/${multiarch}/`) && !path.startsWith(`include/${multiarch}/c++/`))
    path = `include/${path.slice(`include/${multiarch}/`.length)}`
  return path
}

function relativeTarget(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to)
}

function sameNode(a: ItemNode, b: ItemNode): boolean {
  if (a.kind === 'symlink') return b.kind === 'symlink' && a.target === b.target
  return b.kind === 'file' && a.executable === b.executable && Buffer.compare(a.contents, b.contents) === 0
}

/** Add the entries of one package to TREE. */
export function addPackage(tree: ItemTree, entries: readonly TarEntry[]): void {
  const files = new Map(entries.map((entry) => [entry.path, entry]))
  for (const entry of entries) {
    const path = itemPath(entry.path)
    if (path === undefined || entry.kind === 'directory') continue
    let node: ItemNode
    if (entry.kind === 'symlink') {
      const debianTarget = entry.target.startsWith('/')
        ? posix.normalize(entry.target).slice(1)
        : posix.join(posix.dirname(entry.path), entry.target)
      // A link to something left out is kept as it is: it dangles, and removeLeavingLinks reports it.
      const target = itemPath(debianTarget) ?? debianTarget
      if (target === path) continue
      node = { kind: 'symlink', target: relativeTarget(path, target) }
    } else {
      const file = entry.kind === 'link' ? files.get(entry.target) : entry
      if (file?.kind !== 'file')
        throw new StrataError('corrupt-archive', `hard link ${entry.path} leads to no file of its package`)
      node = { kind: 'file', executable: file.executable, contents: file.contents }
    }
    const previous = tree.get(path)
    if (previous !== undefined && !sameNode(previous, node))
      throw new StrataError('seed-mismatch', `two packages of the seed both have ${path}`)
    tree.set(path, node)
  }
}

/** Whether TARGET, the target of the link at PATH, is a file, link or directory of TREE. */
function staysInside(tree: ItemTree, directories: ReadonlySet<string>, path: string, target: string): boolean {
  const resolved = posix.join(posix.dirname(path), target)
  return tree.has(resolved) || directories.has(resolved)
}

function directoriesOf(tree: ItemTree): Set<string> {
  const directories = new Set<string>()
  for (const path of tree.keys())
    for (let parent = posix.dirname(path); parent !== '.' && !directories.has(parent); parent = posix.dirname(parent))
      directories.add(parent)
  return directories
}

/** Remove the symbolic links that lead out of the item, also through each other. Returns their paths. */
export function removeLeavingLinks(tree: ItemTree): string[] {
  const removed: string[] = []
  const directories = directoriesOf(tree)
  for (let before = -1; before !== removed.length; ) {
    before = removed.length
    for (const [path, node] of tree) {
      if (node.kind !== 'symlink' || staysInside(tree, directories, path, node.target)) continue
      tree.delete(path)
      removed.push(path)
    }
  }
  return removed.sort()
}

/** Add the link PATH -> TARGET, both below the item. */
export function addLink(tree: ItemTree, path: string, target: string): void {
  if (!tree.has(target)) throw new StrataError('seed-mismatch', `the seed has no ${target} for ${path} to point to`)
  tree.set(path, { kind: 'symlink', target: relativeTarget(path, target) })
}
