/** The process that builds while Scheme waits (see blocking-builds.ts): a request on standard input, the answer on
 *  descriptor 3. */
import { dlopen } from 'node:ffi'
import { readFileSync, writeSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { realise, untilInterrupted } from '../builds/index.ts'
import { Store, storeLayout } from '../store/index.ts'
import { answerDescriptor, type BuildAnswer, type BuildRequest } from './blocking-builds.ts'
import { printBuildEvent } from './print-events.ts'

async function run(request: BuildRequest): Promise<BuildAnswer> {
  const store = new Store(storeLayout({ ...process.env, STRATA_ROOT: request.root }))
  try {
    const { options, mode } = request
    const things = request.things.map((thing) => {
      const [path = '', outputs] = thing.split('!')
      return outputs === undefined ? { path } : { path, outputs: outputs.split(',') }
    })
    const { cores, ...others } = options
    const all = { ...others, ...(cores > 0 ? { cores } : {}), mode }
    await untilInterrupted(
      (signal) => realise(store, things, { ...all, signal }, printBuildEvent),
      () => store.close(),
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

/** Whoever waits for this process, asleep, cannot pass on a signal that ends it: the kernel does. */
function endWithParent(): void {
  if (process.platform !== 'linux') return
  const parentDeathSignal = 1
  const terminate = 15
  const { prctl } = dlopen(null, {
    prctl: { arguments: ['i32', 'u64', 'u64', 'u64', 'u64'], return: 'i32' },
  }).functions
  prctl(parentDeathSignal, BigInt(terminate), 0n, 0n, 0n)
}

endWithParent()
const answer = await run(JSON.parse(readFileSync(0, 'utf8')))
writeSync(answerDescriptor, JSON.stringify(answer))
