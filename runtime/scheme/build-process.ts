/** The process that builds while Scheme waits (see blocking-builds.ts): a request on standard input, the answer on
 *  descriptor 3. */
import { readFileSync, writeSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { realise } from '../builds/index.ts'
import { Store, storeLayout } from '../store/index.ts'
import { answerDescriptor, type BuildAnswer, type BuildRequest } from './blocking-builds.ts'
import { printBuildEvent } from './print-events.ts'

async function run(request: BuildRequest): Promise<BuildAnswer> {
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

const answer = await run(JSON.parse(readFileSync(0, 'utf8')))
writeSync(answerDescriptor, JSON.stringify(answer))
