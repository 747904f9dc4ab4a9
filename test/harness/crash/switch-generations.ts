/** Switches generations of a profile, and roots, until it is done or killed. Arguments: the root directory of a store,
 *  then items of it. */
import { join } from 'node:path'
import { type StorePath, toStorePath } from '../../../runtime/formats/index.ts'
import { deleteOldGenerations, makeRoot, Store, storeLayout, switchLink } from '../../../runtime/store/index.ts'

const [root = '', ...items] = process.argv.slice(2)
const store = new Store(storeLayout({ ...process.env, STRATA_ROOT: root }))
const profile = join(store.layout.state, 'profiles/profile')
const paths: StorePath[] = items.map((item) => toStorePath(item))
for (const path of paths) if (!store.isValid(path)) throw new Error(`${path} is not valid`)
for (let round = 0; round < 40; round++) {
  for (const [index, path] of paths.entries()) {
    const generation = `${profile}-${index + 1}-link`
    switchLink(generation, path)
    switchLink(profile, `profile-${index + 1}-link`)
    makeRoot(store.layout, join(root, 'roots', `switched-${index % 3}`), path)
  }
  deleteOldGenerations(profile, undefined, () => {})
}
store.close()
