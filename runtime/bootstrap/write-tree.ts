/** Writing an item held in memory to disk. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ItemTree } from './layout.ts'

/** Create the directory OUTPUT with the files of TREE. Modes and times are made canonical by the store. */
export function writeTree(tree: ItemTree, output: string): void {
  mkdirSync(output)
  const made = new Set<string>([output])
  for (const [path, node] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const file = join(output, path)
    const directory = dirname(file)
    if (!made.has(directory)) {
      mkdirSync(directory, { recursive: true })
      made.add(directory)
    }
    if (node.kind === 'symlink') symlinkSync(node.target, file)
    else writeFileSync(file, node.contents, { mode: node.executable ? 0o755 : 0o644, flag: 'wx' })
  }
}
