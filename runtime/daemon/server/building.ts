/** Operations that build: build-things and ensure-path. */
import { StrataError } from '../../../lang/conditions/index.ts'
import { type BuildFailure, type BuildMode, type RealiseTarget, realise } from '../../builds/index.ts'
import { ClientError } from '../protocol/index.ts'
import { LogText, quotedForNix } from './log-text.ts'
import { type Operation, readPath } from './operations.ts'
import type { Session } from './session.ts'

/** By their numbers in the protocol. */
const buildModes: readonly BuildMode[] = ['normal', 'repair', 'check']

export const buildThings: Operation = async (session) => {
  const { input, minor } = session
  const things = await input.strings()
  for (const thing of things) {
    if (!thing.startsWith('/gnu/store/')) {
      throw new StrataError('not-in-store', `path \`${thing}' is not in the store`)
    }
  }
  const mode = buildModes[minor >= 15 ? await input.number() : 0]
  if (mode === undefined) throw new StrataError('protocol-error', 'unknown build mode')
  return async (writer) => {
    if (mode === 'repair' && !session.trusted) {
      throw new StrataError('not-trusted', 'repairing is not supported when building through a daemon as this user')
    }
    // To guix-daemon it is no failure that nobody has an item, to nix-daemon it is.
    const optional = session.dialect === 'guix'
    const targets = things.map(target).map((wanted) => ({ ...wanted, optional }))
    await build(session, targets, mode)
    writer.number(1)
  }
}

/** Make a path valid: it has to be, or somebody has a substitute. */
export const ensurePath: Operation = async (session) => {
  const path = await readPath(session.input)
  return async (writer) => {
    if (!session.store.isValid(path)) {
      try {
        await build(session, [{ path }], 'normal')
      } catch (error) {
        if (!(error instanceof ClientError)) throw error
        throw new StrataError('invalid-path', `path \`${path}' does not exist and cannot be created`, { cause: error })
      }
    }
    writer.number(1)
  }
}

/** `DRV`, `DRV!OUTPUT,OUTPUT` or an item. */
function target(thing: string): RealiseTarget {
  const [path = '', outputs] = thing.split('!')
  return outputs === undefined ? { path } : { path, outputs: outputs.split(',') }
}

async function build(session: Session, targets: readonly RealiseTarget[], mode: BuildMode): Promise<void> {
  const { dialect } = session
  const { printBuildTrace, multiplexed } = session.settings
  const log = new LogText({ printBuildTrace, multiplexed, dialect, mode }, (text) => session.log(text))
  try {
    await realise(session.store, targets, session.settings.buildOptions(mode, session.gone.signal), log.onEvent)
  } catch (error) {
    if (!(error instanceof StrataError) || error.kind !== 'build-failed') throw error
    const failures = error.irritants as readonly BuildFailure[]
    for (const failure of failures) log.failure(failure)
    const failed = targets.filter(({ path }) => failures.some(({ derivation }) => derivation === path))
    const names = (failed.length === 0 ? targets : failed).map(({ path }) => `\`${path}'`)
    // What Nix's programs hear from their own daemon has no status: they end with 1 whatever failed.
    const status = dialect === 'nix' ? 1 : Math.max(...failures.map((failure) => failure.status))
    const message = `build of ${names.join(', ')} failed`
    const quoted = dialect === 'nix' ? quotedForNix(message) : message
    throw new ClientError('build-failed', quoted, status, { cause: error })
  }
}
