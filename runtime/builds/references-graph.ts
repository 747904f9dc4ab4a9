/** The files that `exportReferencesGraph` asks for: the closure of an input as text in the build
 *  directory. Format: libstore's makeValidityRegistration without hashes. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { type Derivation, enclosingStorePath, type StorePath } from '../formats/index.ts'
import type { Store } from '../store/index.ts'
import { structuredAttributes } from './structured-attributes.ts'

export function invalidGraph(message: string): StrataError {
  return new StrataError('bad-derivation', message, {
    hint: "exportReferencesGraph is a list of pairs: a file's name and a store item",
  })
}

/** The closure of PATH, which has to be in the CLOSURE of a derivation's inputs, with the outputs of the derivations in it. */
export function exportedReferences(store: Store, path: StorePath, closure: ReadonlySet<string>): StorePath[] {
  if (!store.isValid(path)) throw invalidGraph(`\`exportReferencesGraph' contains an invalid path \`${path}'`)
  if (!closure.has(path))
    throw invalidGraph(`cannot export references of path \`${path}' because it is not in the input closure`)
  return withOutputs(store, path)
}

/** Write the graphs that DERIVATION wants into DIRECTORY. */
export function writeReferencesGraphs(store: Store, derivation: Derivation, directory: string): void {
  if (structuredAttributes(derivation) !== undefined) return
  const text = derivation.environment.get('exportReferencesGraph') ?? ''
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length % 2 !== 0) throw invalidGraph(`odd number of tokens in \`exportReferencesGraph': \`${text}'`)
  for (let i = 0; i < words.length; i += 2) {
    const [name = '', root = ''] = words.slice(i)
    // The name of a store item: neither a path nor hidden.
    if (!/^[\w+?=-][\w+?=.-]*$/.test(name)) throw invalidGraph(`invalid character in name \`${name}'`)
    const path = enclosingStorePath(root)
    if (path === undefined) throw invalidGraph(`\`exportReferencesGraph' contains a non-store path \`${root}'`)
    if (!store.isValid(path)) throw invalidGraph(`\`exportReferencesGraph' contains an invalid path \`${root}'`)
    // As in Guix, and unlike in Nix, the item need not be an input.
    writeFileSync(join(directory, name), formatGraph(store, withOutputs(store, path)))
  }
}

/** The closure of PATH, and of the outputs of the derivations in it. */
function withOutputs(store: Store, path: StorePath): StorePath[] {
  const closure = store.closure([path])
  const outputs = closure
    .filter((item) => item.endsWith('.drv'))
    .flatMap((drv) => [...store.database.derivationOutputs(drv).values()])
    .filter((output) => store.isValid(output))
  return outputs.length === 0 ? closure : store.closure([...closure, ...outputs])
}

function formatGraph(store: Store, items: StorePath[]): string {
  return items
    .sort()
    .map((item) => {
      const references = [...store.database.references(item)].sort()
      return `${item}\n\n${references.length}\n${references.map((reference) => `${reference}\n`).join('')}`
    })
    .join('')
}
