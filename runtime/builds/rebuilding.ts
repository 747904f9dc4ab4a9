/** Making broken items again by building them, in their place: what refers to them stays valid all the time.
 *  Finding them is store/verification.ts. */
import { StrataError } from '../../lang/conditions/index.ts'
import type { StorePath } from '../formats/index.ts'
import type { Store } from '../store/index.ts'
import type { BuildSink } from './events.ts'
import type { BuildOptions } from './options.ts'
import { realise } from './realise.ts'

/** Build the items BROKEN again, whose files are not what was registered; gives those for which that failed, or that
 *  no derivation in the store makes. Inputs that are broken themselves are built before what needs them. */
export async function rebuildItems(
  store: Store,
  broken: readonly StorePath[],
  options: BuildOptions = {},
  onEvent: BuildSink = () => {},
): Promise<StorePath[]> {
  store.distrust(broken)
  try {
    const left: StorePath[] = []
    for (const path of broken) {
      if (!store.isValid(path) && !(await rebuild(store, path, options, onEvent))) left.push(path)
    }
    return left
  } finally {
    store.trustAll()
  }
}

async function rebuild(store: Store, path: StorePath, options: BuildOptions, onEvent: BuildSink): Promise<boolean> {
  for (const derivation of store.database.derivers(path)) {
    try {
      await realise(store, [derivation], options, onEvent)
      if (store.isValid(path)) return true
    } catch (error) {
      // Another derivation may make it as well.
      if (!(error instanceof StrataError)) throw error
    }
  }
  return false
}
