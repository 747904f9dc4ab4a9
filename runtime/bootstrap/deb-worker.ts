/** A worker thread that decompresses Debian packages: receives paths, sends tar archives back. */
import { parentPort } from 'node:worker_threads'
import { debContents } from './deb.ts'

/** A failure crosses the thread boundary as its kind and message. */
export type DebReply =
  | { readonly contents: Uint8Array<ArrayBuffer> }
  | { readonly kind: string | undefined; readonly message: string }

function kindOf(error: unknown): string | undefined {
  return error instanceof Error && 'kind' in error && typeof error.kind === 'string' ? error.kind : undefined
}

parentPort?.on('message', async (path: string) => {
  try {
    const contents = await debContents(path)
    parentPort?.postMessage({ contents } satisfies DebReply, [contents.buffer])
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    parentPort?.postMessage({ kind: kindOf(error), message } satisfies DebReply)
  }
})
