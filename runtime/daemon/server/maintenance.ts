/** Operations on the store as a whole: garbage collection, verification, deduplication. */
import { StrataError } from '../../../lang/conditions/index.ts'
import { rebuildItems } from '../../builds/index.ts'
import { collectGarbage, computeLiveness, optimizeStore, verifyStore } from '../../store/index.ts'
import { type Operation, readPaths } from './operations.ts'

const actions = ['live', 'dead', 'delete-dead', 'delete-specific'] as const

export const collect: Operation = async (session) => {
  const { input, store } = session
  const action = actions[await input.number()]
  const paths = await readPaths(input)
  const ignoreLiveness = await input.bool()
  const most = await input.long()
  for (let obsolete = 0; obsolete < 3; obsolete++) await input.number()
  return (writer) => {
    if (session.remote) throw new StrataError('not-trusted', 'Garbage collection is disabled for remote hosts.')
    if (ignoreLiveness) throw new StrataError('not-trusted', 'you are not allowed to ignore liveness')
    if (action === undefined) throw new StrataError('protocol-error', 'unknown kind of garbage collection')
    // Whoever asks does not want to hear that an item is kept because they asked about it before.
    const options = { ...session.keeping, ignoreOwnRoots: true }
    session.log('finding garbage collector roots...\n')
    if (action === 'live' || action === 'dead') session.log('determining live/dead paths...\n')
    if (action === 'live' || action === 'dead') {
      writer
        .strings([...computeLiveness(store, options)[action]])
        .number(0)
        .number(0)
      return
    }
    if (action === 'delete-dead') session.log('deleting garbage...\n')
    const minimum = most > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(most)
    const result = collectGarbage(store, {
      ...options,
      minimum,
      ...(action === 'delete-specific' ? { only: paths } : {}),
      onDelete: (path, freed) => session.log(`[${progress(freed, minimum)}] deleting '${path}'\n`),
      onLinks: () => session.log('deleting unused links...\n'),
    })
    writer.strings(result.deleted).number(result.freed).number(0)
  }
}

/** How far a collection is: a part of what is to be freed, or all that was. */
function progress(freed: number, minimum: number | undefined): string {
  if (minimum === undefined) return `${Math.floor(freed / 2 ** 20)} MiB`
  return `${minimum === 0 ? 100 : Math.min(100, Math.floor((freed * 100) / minimum))}%`
}

export const optimize: Operation = async (session) => (writer) => {
  // Nix's daemon says so much only to those who ask for more.
  const onPath = session.dialect === 'nix' ? () => {} : (path: string) => session.log(`optimising path \`${path}'...\n`)
  const { files, freed } = optimizeStore(session.store, onPath)
  session.log(`${(freed / 2 ** 20).toFixed(2)} MiB freed by hard-linking ${files} files\n`)
  writer.number(1)
}

export const verify: Operation = async (session) => {
  const contents = await session.input.bool()
  const repairing = await session.input.bool()
  return async (writer) => {
    if (repairing && !session.trusted) throw new StrataError('not-trusted', 'you are not privileged to repair paths')
    const { store } = session
    const remain = await verifyStore(store, {
      contents,
      repair: repairing ? (broken) => rebuildItems(store, broken, { signal: session.gone.signal }) : undefined,
      onMessage: (message) => session.log(`${message}\n`),
    })
    writer.bool(remain)
  }
}
