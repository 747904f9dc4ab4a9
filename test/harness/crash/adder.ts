/** Adds items, the same as its siblings do and others of its own, for some time, and looks at each moment whether all
 *  that it added is still there: it keeps them as temporary roots. Arguments: the root directory of a store, a name,
 *  milliseconds. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StorePath } from '../../../runtime/formats/index.ts'
import { removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'

const [root = '', name = '', duration = '1000'] = process.argv.slice(2)
const layout = storeLayout({ ...process.env, STRATA_ROOT: root })
const tree = mkdtempSync(join(tmpdir(), 'strata-adder-'))
mkdirSync(join(tree, 'directory'))
const end = performance.now() + Number(duration)
let added = 0
for (let round = 0; performance.now() < end; round++) {
  // A new process, as far as temporary roots go.
  const store = new Store(layout)
  const texts = new Map<StorePath, string>()
  const add = (title: string, text: string, references: StorePath[]): StorePath => {
    const path = store.addText(title, new TextEncoder().encode(text), references)
    texts.set(path, text)
    return path
  }
  for (let i = 0; i < 15; i++) {
    const shared = add('shared', `shared ${i}`, [])
    const own = add(`of-${name}`, `${round} ${i} ${shared}`, [shared])
    add('both', `${own} ${shared}`, [own, shared].sort())
    writeFileSync(join(tree, 'directory/file'), `shared ${i}`)
    const copy = store.addFile('tree', tree)
    const found = readFileSync(join(store.physical(copy), 'directory/file'), 'utf8')
    if (found !== `shared ${i}` || readdirSync(store.physical(copy)).length !== 1) throw new Error(`${copy} is broken`)
    for (const [path, text] of texts) {
      if (!store.database.isValid(path)) throw new Error(`${path} is not valid any more`)
      if (readFileSync(store.physical(path), 'utf8') !== text) throw new Error(`${path} is broken`)
    }
    added += 4
  }
  store.close()
}
removeTree(tree)
console.log(added)
