/** The files that `exportReferencesGraph` asks for: the closure of an input as text in the build
 *  directory. Format: libstore's makeValidityRegistration without hashes. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { type Derivation, enclosingStorePath, type StorePath } from '../formats/index.ts'
import type { Store } from '../store/index.ts'

function invalid(message: string): StrataError {
  return new StrataError('bad-derivation', message, {
    hint: "exportReferencesGraph is a list of pairs: a file's name and a store item",
  })
}

/** Write the graphs that DERIVATION, whose inputs have this CLOSURE, wants into DIRECTORY. */
export function writeReferencesGraphs(
  store: Store,
  derivation: Derivation,
  closure: readonly StorePath[],
  directory: string,
): void {
  const text = derivation.environment.get('exportReferencesGraph') ?? ''
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length % 2 !== 0) throw invalid(`odd number of tokens in \`exportReferencesGraph': \`${text}'`)
  const known = new Set(closure)
  for (let i = 0; i < words.length; i += 2) {
    const [name = '', root = ''] = words.slice(i)
    // The name of a store item: neither a path nor hidden.
    if (!/^[\w+?=-][\w+?=.-]*$/.test(name)) throw invalid(`invalid character in name \`${name}'`)
    const path = enclosingStorePath(root)
    if (path === undefined) throw invalid(`\`exportReferencesGraph' contains a non-store path \`${root}'`)
    if (!store.isValid(path)) throw invalid(`\`exportReferencesGraph' contains an invalid path \`${root}'`)
    if (!known.has(path))
      throw invalid(`cannot export references of path \`${path}' because it is not in the input closure`)
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
