/** The files that `exportReferencesGraph` asks for: the closure of an input as text in the build
 *  directory. Format: libstore's makeValidityRegistration without hashes. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { type Derivation, enclosingStorePath } from '../formats/index.ts'
import type { Store } from '../store/index.ts'

/** Write the graphs that DERIVATION wants into DIRECTORY. */
export function writeReferencesGraphs(store: Store, derivation: Derivation, directory: string): void {
  const words = (derivation.environment.get('exportReferencesGraph') ?? '').split(/\s+/).filter((word) => word !== '')
  for (let i = 0; i < words.length; i += 2) {
    const [name = '', root = ''] = words.slice(i)
    const path = enclosingStorePath(root)
    if (path === undefined || name === '' || name.includes('/'))
      throw new StrataError('bad-derivation', `exportReferencesGraph asks for the graph of \`${root}' as \`${name}'`)
    const entries = store
      .closure([path])
      .sort()
      .map((item) => {
        const references = [...store.database.references(item)].sort()
        return `${item}\n\n${references.length}\n${references.map((reference) => `${reference}\n`).join('')}`
      })
    writeFileSync(join(directory, name), entries.join(''))
  }
}
