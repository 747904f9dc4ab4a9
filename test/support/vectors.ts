/** The bytes that real tools made (test/fixtures/*.json), read as untyped JSON. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FileTree, Hashing } from '../../runtime/formats/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: the shape of each file is described by its own `how` field
export type Vector = any

export function readVectors(name: string): Vector {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'))
}

export const nodeHashing: Hashing = (algorithm, bytes) => createHash(algorithm).update(bytes).digest()

interface VectorTree {
  type: 'regular' | 'symlink' | 'directory'
  executable?: boolean
  text?: string
  base64?: string
  pattern?: { length: number }
  target?: string
  entries?: Array<{ name: string; node: VectorTree }>
}

/** The tree notation of nar.json and store-paths.json. */
export function vectorTree(node: VectorTree): FileTree {
  if (node.type === 'symlink') return { type: 'symlink', target: node.target ?? '' }
  if (node.type === 'regular') {
    const contents =
      node.base64 !== undefined
        ? Uint8Array.fromBase64(node.base64)
        : node.pattern !== undefined
          ? Uint8Array.from({ length: node.pattern.length }, (_, i) => (7 * i + 3) % 256)
          : new TextEncoder().encode(node.text ?? '')
    return { type: 'regular', executable: node.executable === true, contents }
  }
  return { type: 'directory', entries: new Map(node.entries?.map((e) => [e.name, vectorTree(e.node)])) }
}
