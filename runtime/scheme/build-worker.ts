/** The thread that builds while Scheme waits (see blocking-builds.ts). */
import { type MessagePort, workerData } from 'node:worker_threads'
import { StrataError } from '../../lang/conditions/index.ts'
import { realise } from '../builds/index.ts'
import { Store, storeLayout } from '../store/index.ts'
import type { BuildAnswer, BuildRequest } from './blocking-builds.ts'
import { printBuildEvent } from './print-events.ts'

interface WorkerData {
  readonly request: BuildRequest
  readonly port: MessagePort
  readonly signal: Int32Array
}

const { request, port, signal }: WorkerData = workerData

async function run(): Promise<BuildAnswer> {
  const store = new Store(storeLayout({ ...process.env, STRATA_ROOT: request.root }))
  try {
    const { options } = request
    await realise(
      store,
      request.things.map((thing) => {
        const [path = '', outputs] = thing.split('!')
        return outputs === undefined ? { path } : { path, outputs: outputs.split(',') }
      }),
      {
        maxJobs: options.maxJobs,
        ...(options.cores > 0 ? { cores: options.cores } : {}),
        keepGoing: options.keepGoing,
        keepFailed: options.keepFailed,
        timeout: options.timeout,
        maxSilentTime: options.maxSilentTime,
      },
      printBuildEvent,
    )
    return {}
  } catch (error) {
    if (error instanceof StrataError) {
      return { error: { kind: error.kind, message: error.message, hint: error.hint } }
    }
    return {
      error: {
        kind: 'bug',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        hint: undefined,
      },
    }
  } finally {
    store.close()
  }
}

port.postMessage(await run())
Atomics.store(signal, 0, 1)
Atomics.notify(signal, 0)
