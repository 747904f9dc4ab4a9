/** The builders that run before any builder exists: they make the items of the seed, in process.
 *  They write a directory; validity and registration are the store's. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeDebs } from './deb-pool.ts'
import { relocateElf } from './elf.ts'
import type { ItemTree } from './layout.ts'
import { assembleSeedItem, type SeedItem } from './seed-items.ts'
import { readTar } from './tar.ts'
import { writeTree } from './write-tree.ts'

export interface SeedItemSources extends SeedItem {
  /** Where the item's packages are on disk. */
  readonly debs: readonly string[]
  /** Where to create the item on disk. */
  readonly output: string
}

/** Unpack and relocate the Debian packages of one seed item. */
export async function unpackSeedItem(sources: SeedItemSources): Promise<void> {
  const archives = await decodeDebs(sources.debs)
  const packages = await Promise.all(archives.map(readTar))
  writeTree(assembleSeedItem(sources, packages), sources.output)
}

export interface NodeItemSources {
  readonly references: { readonly glibc: string; readonly 'gcc-lib': string }
  /** The directory with the files of the npm package, on disk. */
  readonly package: string
  readonly output: string
}

/** Relocate the Node binary of builders onto the seed's C library. */
export function unpackNodeItem(sources: NodeItemSources): void {
  const { glibc } = sources.references
  const node = relocateElf(readFileSync(join(sources.package, 'bin/node')), {
    interpreter: `${glibc}/lib/ld-linux-x86-64.so.2`,
    runpath: `${glibc}/lib:${sources.references['gcc-lib']}/lib`,
  })
  const license = readFileSync(join(sources.package, 'LICENSE'))
  const tree: ItemTree = new Map([
    ['LICENSE', { kind: 'file', executable: false, contents: license }],
    ['bin/node', { kind: 'file', executable: true, contents: node.contents }],
  ])
  writeTree(tree, sources.output)
}
