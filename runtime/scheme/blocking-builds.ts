/** Builds, and questions over a network, for callers that cannot wait for a promise: Scheme programs that call
 *  `build-derivations`. They run in another process, which writes its log to standard error itself; this one sleeps. A thread
 *  would not do: it cannot load some of Node's modules in a process that started from a snapshot. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StrataError } from '../../lang/conditions/index.ts'
import type { BuildMode } from '../builds/index.ts'
import type { RemoteSubstitute } from '../daemon/index.ts'
import type { Store } from '../store/index.ts'
import type { BuildOptions } from './connection.ts'

/** What the process is to do. */
export type ProcessRequest = BuildRequest | VerifyRequest | SubstitutesRequest

export interface BuildRequest {
  readonly kind: 'build'
  readonly root: string
  /** Derivation files, or `FILE!OUTPUT,OUTPUT`. */
  readonly things: readonly string[]
  readonly options: BuildOptions
  readonly mode: BuildMode
}

export interface VerifyRequest {
  readonly kind: 'verify'
  readonly root: string
  readonly contents: boolean
  readonly repair: boolean
}

export interface SubstitutesRequest {
  readonly kind: 'substitutes'
  readonly root: string
  readonly paths: readonly string[]
  readonly urls: readonly string[]
}

/** What the process answers: what it was asked for, or the error's fields. */
export interface ProcessAnswer {
  /** Whether nothing is wrong with the store. */
  readonly verified?: boolean
  /** Sizes are decimal: JSON has no integers of 64 bits. */
  readonly substitutes?: readonly (Omit<RemoteSubstitute, 'narSize'> & { readonly narSize: string })[]
  readonly error?: {
    readonly kind: string
    readonly message: string
    readonly hint: string | undefined
    /** The failure of a build. */
    readonly irritants: readonly unknown[]
  }
}

/** Where it answers. */
export const answerDescriptor = 3

/** Build THINGS and return when they are built. The log goes to ONLOG when the options say how it is to look, otherwise to
 *  standard error. @throws StrataError as `realise` does. */
export function buildBlocking(
  store: Store,
  things: readonly string[],
  options: BuildOptions,
  mode: BuildMode = 'normal',
  onLog: (text: Uint8Array) => void = () => {},
): void {
  if (mode === 'normal' && things.every((thing) => isBuilt(store, thing))) return
  const request = { kind: 'build', root: store.layout.root, things, options, mode } as const
  runProcess(request, options.log === undefined ? undefined : onLog)
}

/** Have the process do REQUEST; with ONLOG, what it writes to standard error goes there. @throws StrataError what went wrong there. */
export function runProcess(request: ProcessRequest, onLog?: (text: Uint8Array) => void): ProcessAnswer {
  const ended = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', buildProcess()], {
    input: JSON.stringify(request),
    stdio: ['pipe', 'inherit', onLog === undefined ? 'inherit' : 'pipe', 'pipe'],
    maxBuffer: Number.POSITIVE_INFINITY,
  })
  if (onLog !== undefined && ended.stderr !== null) onLog(ended.stderr)
  const text = String(ended.output?.[answerDescriptor] ?? '')
  if (text === '') {
    const how = ended.signal === null ? `ended with status ${ended.status}` : `was ended by ${ended.signal}`
    throw new StrataError('build-stopped', `the process that builds ${how}`, { cause: ended.error })
  }
  const answer: ProcessAnswer = JSON.parse(text)
  const { error } = answer
  if (error !== undefined) {
    const { kind, message, hint, irritants } = error
    throw new StrataError(kind, message, { irritants, ...(hint === undefined ? {} : { hint }) })
  }
  return answer
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
