/** Builds for callers that cannot wait for a promise: Scheme programs that call `build-derivations`.
 *  The builds run in another process, which writes their log to standard error itself; this one sleeps. A thread
 *  would not do: it cannot load some of Node's modules in a process that started from a snapshot. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StrataError } from '../../lang/conditions/index.ts'
import type { BuildMode } from '../builds/index.ts'
import type { Store } from '../store/index.ts'
import type { BuildOptions } from './connection.ts'

export interface BuildRequest {
  readonly root: string
  /** Derivation files, or `FILE!OUTPUT,OUTPUT`. */
  readonly things: readonly string[]
  readonly options: BuildOptions
  readonly mode: BuildMode
}

/** What the process answers: nothing, or the error's fields. */
export interface BuildAnswer {
  readonly error?: { readonly kind: string; readonly message: string; readonly hint: string | undefined }
}

/** Where it answers. */
export const answerDescriptor = 3

/** Build THINGS and return when they are built. @throws StrataError as `realise` does. */
export function buildBlocking(
  store: Store,
  things: readonly string[],
  options: BuildOptions,
  mode: BuildMode = 'normal',
): void {
  if (mode === 'normal' && things.every((thing) => isBuilt(store, thing))) return
  const request: BuildRequest = { root: store.layout.root, things, options, mode }
  const ended = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', buildProcess()], {
    input: JSON.stringify(request),
    stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    encoding: 'utf8',
  })
  const text: unknown = ended.output?.[answerDescriptor]
  if (typeof text !== 'string' || text === '') {
    const how = ended.signal === null ? `ended with status ${ended.status}` : `was ended by ${ended.signal}`
    throw new StrataError('build-stopped', `the process that builds ${how}`, { cause: ended.error })
  }
  const { error }: BuildAnswer = JSON.parse(text)
  if (error !== undefined) {
    throw new StrataError(error.kind, error.message, error.hint === undefined ? {} : { hint: error.hint })
  }
}

function isBuilt(store: Store, thing: string): boolean {
  const [path = '', names] = thing.split('!')
  if (!path.endsWith('.drv')) return store.database.isValid(path)
  const outputs = store.readDerivation(path).outputs
  return (names?.split(',') ?? [...outputs.keys()]).every((name) => {
    const output = outputs.get(name)?.path
    return output !== undefined && store.database.isValid(output)
  })
}

/** Beside the source this is TypeScript, in a bundle JavaScript. */
function buildProcess(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return fileURLToPath(new URL(`./build-process.${extension}`, import.meta.url))
}
