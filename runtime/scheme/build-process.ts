/** The process that builds while Scheme waits (see blocking-builds.ts): a request on standard input, the answer on
 *  descriptor 3. */
import { readFileSync, writeSync } from 'node:fs'
import { StrataError } from '../../lang/conditions/index.ts'
import { realise, rebuildItems, untilInterrupted } from '../builds/index.ts'
import { endWithParent } from '../end-with-parent.ts'
import { encodeText, toStorePath } from '../formats/index.ts'
import { Store, storeLayout, verifyStore } from '../store/index.ts'
import { substituteServers, usualSubstituteUrls } from '../substitutes/index.ts'
import {
  answerDescriptor,
  type BuildRequest,
  type ProcessAnswer,
  type ProcessRequest,
  type SubstitutesRequest,
  type VerifyRequest,
} from './blocking-builds.ts'
import { printBuildEvent } from './print-events.ts'

async function run(request: ProcessRequest): Promise<ProcessAnswer> {
  const store = new Store(storeLayout({ ...process.env, STRATA_ROOT: request.root }))
  try {
    switch (request.kind) {
      case 'build':
        return await build(store, request)
      case 'verify':
        return await verify(store, request)
      case 'substitutes':
        return await findSubstitutes(store, request)
    }
  } catch (error) {
    if (error instanceof StrataError) {
      const { kind, message, hint } = error
      return { error: { kind, message, hint, irritants: kind === 'build-failed' ? error.irritants : [] } }
    }
    return {
      error: {
        kind: 'bug',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        hint: undefined,
        irritants: [],
      },
    }
  } finally {
    store.close()
  }
}

async function build(store: Store, { options, mode, ...request }: BuildRequest): Promise<ProcessAnswer> {
  const things = request.things.map((thing) => {
    const [path = '', outputs] = thing.split('!')
    // As with guix-daemon, asking for an item that nobody has does nothing.
    return outputs === undefined ? { path, optional: true } : { path, outputs: outputs.split(',') }
  })
  const { substituteUrls = usualSubstituteUrls(), log, ...others } = options
  // Few builds have somebody who reads their log: only then is the daemon's code loaded.
  const text = log === undefined ? undefined : new (await import('../daemon/index.ts')).LogText(log, writeLog)
  const all = { cores: 0, ...others, substituteUrls, mode }
  await untilInterrupted(
    (signal) => realise(store, things, { ...all, signal }, text?.onEvent ?? printBuildEvent),
    () => store.close(),
  )
  return {}
}

function writeLog(text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? encodeText(text) : text
  for (let start = 0; start < bytes.length; ) start += writeSync(2, bytes, start)
}

async function verify(store: Store, { contents, repair }: VerifyRequest): Promise<ProcessAnswer> {
  const remain = await verifyStore(store, {
    contents,
    repair: repair ? (broken) => rebuildItems(store, broken, {}, printBuildEvent) : undefined,
    onMessage: (message) => writeSync(2, `${message}\n`),
  })
  return { verified: !remain }
}

async function findSubstitutes(store: Store, { paths, urls }: SubstitutesRequest): Promise<ProcessAnswer> {
  const servers = substituteServers(store, urls, (message) => writeSync(2, `warning: ${message}\n`))
  const found = (await servers?.available(paths.map((path) => toStorePath(path)))) ?? []
  return {
    substitutes: found.map(({ info, source }) => ({
      path: info.storePath,
      deriver: info.deriver,
      references: info.references,
      downloadSize: source.fileSize ?? 0,
      narSize: String(info.narSize),
    })),
  }
}

endWithParent()
const answer = await run(JSON.parse(readFileSync(0, 'utf8')))
writeSync(answerDescriptor, JSON.stringify(answer))
