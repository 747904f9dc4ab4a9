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
    if (ignoreLiveness) throw new StrataError('not-trusted', 'you are not allowed to ignore liveness')
    if (action === undefined) throw new StrataError('protocol-error', 'unknown kind of garbage collection')
    session.log('finding garbage collector roots...\n')
    if (action === 'live' || action === 'dead') {
      writer
        .strings([...computeLiveness(store, session.keeping)[action]])
        .number(0)
        .number(0)
      return
    }
    const result = collectGarbage(store, {
      ...session.keeping,
      minimum: most > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(most),
      // Whoever asks for an item's deletion does not want it kept because they asked about it before.
      ...(action === 'delete-specific' ? { only: paths, ignoreOwnRoots: true } : {}),
      onDelete: (path) => session.log(`deleting \`${path}'\n`),
    })
    writer.strings(result.deleted).number(result.freed).number(0)
  }
}

export const optimize: Operation = async (session) => (writer) => {
  const { files, freed } = optimizeStore(session.store, (path) => session.log(`optimising path \`${path}'...\n`))
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
