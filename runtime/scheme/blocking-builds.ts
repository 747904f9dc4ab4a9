/** Builds for callers that cannot wait for a promise: Scheme programs that call `build-derivations`.
 *  The builds run in a worker thread, which writes their log to standard error itself; this thread sleeps. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { StrataError } from '../../lang/conditions/index.ts'
import type { Store } from '../store/index.ts'
import type { BuildOptions } from './connection.ts'

export interface BuildRequest {
  readonly root: string
  /** Derivation files, or `FILE!OUTPUT,OUTPUT`. */
  readonly things: readonly string[]
  readonly options: BuildOptions
}

/** What the worker answers: nothing, or the error's fields. */
export interface BuildAnswer {
  readonly error?: { readonly kind: string; readonly message: string; readonly hint: string | undefined }
}

/** Build THINGS and return when they are built. @throws StrataError as `realise` does. */
export function buildBlocking(store: Store, things: readonly string[], options: BuildOptions): void {
  if (things.every((thing) => isBuilt(store, thing))) return
  const { port1, port2 } = new MessageChannel()
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const request: BuildRequest = { root: store.layout.root, things, options }
  const worker = new Worker(workerFile(), {
    workerData: { request, port: port2, signal },
    transferList: [port2],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  worker.unref()
  Atomics.wait(signal, 0, 0)
  const answer: { message: BuildAnswer } | undefined = receiveMessageOnPort(port1)
  port1.close()
  const error = answer?.message.error
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
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return new URL(`./build-worker.${extension}`, import.meta.url)
}
