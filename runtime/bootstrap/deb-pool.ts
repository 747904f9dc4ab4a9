/** Decompressing several Debian packages at once, on as many threads as there are processors:
 *  decoding xz is nearly all of the work of unpacking the seed. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { StrataError } from '../../lang/conditions/index.ts'
import type { DebReply } from './deb-worker.ts'

/** The worker's file: TypeScript in the source tree, JavaScript beside the bundle. */
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  return new URL(`./deb-worker.${extension}`, import.meta.url)
}

function decode(worker: Worker, path: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.removeAllListeners('message')
      worker.removeAllListeners('error')
    }
    worker.once('message', (reply: DebReply) => {
      settle()
      if ('contents' in reply) resolve(reply.contents)
      else if (reply.kind === undefined) reject(new Error(`${path}: ${reply.message}`))
      else reject(new StrataError(reply.kind, `${path}: ${reply.message}`))
    })
    worker.once('error', (error) => {
      settle()
      reject(error)
    })
    worker.postMessage(path)
  })
}

/** The tar archives of the packages at PATHS, in that order. */
export async function decodeDebs(
  paths: readonly string[],
  threads = Math.min(availableParallelism(), paths.length),
): Promise<Uint8Array[]> {
  const results: Uint8Array[] = []
  const pending = [...paths.entries()]
  const workers: Worker[] = []
  try {
    await Promise.all(
      Array.from({ length: threads }, async () => {
        const worker = new Worker(workerFile())
        workers.push(worker)
        for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
          const [index, path] = next
          results[index] = await decode(worker, path)
        }
      }),
    )
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return results
}
