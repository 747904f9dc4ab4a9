/** `strata publish`: serve the store's items as substitutes. Options of `guix publish`. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { findLogFile } from '../../builds/index.ts'
import { parseNixSecretKey } from '../../keys/index.ts'
import { processStore } from '../../scheme/index.ts'
import { type PublishedCompression, Publisher, publishedCompressions } from '../../substitutes/index.ts'
import { collect, natural } from '../options.ts'
import { printError } from '../report.ts'

interface Options {
  readonly port: number
  readonly listen: string
  readonly compression: readonly string[]
  readonly ttl?: number
  readonly nixKey: readonly string[]
}

export function declarePublish(program: Command): void {
  program
    .command('publish')
    .description('serve the items of the store to others over HTTP')
    .option('-p, --port <port>', 'listen at PORT', natural, 8080)
    .option('--listen <host>', 'listen at the network interface of HOST', 'localhost')
    .option(
      '-C, --compression <method>',
      'offer archives compressed with gzip, zstd or none; may be repeated',
      collect,
      [],
    )
    .option('--ttl <seconds>', 'let clients keep what they are told for so many seconds', natural)
    .option(
      '--nix-key <file>',
      'sign for clients of Nix, too, with the secret key in FILE; may be repeated',
      collect,
      [],
    )
    .action(async (options: Options) => publish(options))
}

async function publish({ port, listen, compression, ttl, nixKey }: Options): Promise<void> {
  const store = processStore()
  const nixKeys = nixKey.map((file) => parseNixSecretKey(readFileSync(file, 'utf8')))
  const compressions = compression.length === 0 ? (['gzip'] as const) : compression.map(toCompression)
  const publisher = new Publisher(store, {
    compressions,
    ttl,
    nixKeys,
    logOf: (item) =>
      [item, store.pathInfo(item)?.deriver, ...store.database.derivers(item)]
        .map((path) => (path?.endsWith('.drv') === true ? findLogFile(store.layout.log, path) : undefined))
        .find((file) => file !== undefined),
    onRequest: (method, path) => console.log(`${method} ${path}`),
  })
  const server = publisher.server()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new StrataError('cannot-listen', `cannot listen on ${listen}:${port}: ${cause.message}`, { cause }))
    })
    server.listen(port, listen, resolve)
  })
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  printError(`publishing ${store.layout.store} on ${listen}, port ${actual}`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  server.close()
  server.closeAllConnections()
}

/** `gzip`, or `gzip:LEVEL`, of which the level is not followed. */
function toCompression(text: string): PublishedCompression {
  const found = publishedCompressions.find((known) => known === text.replace(/:\d+$/, ''))
  if (found === undefined) {
    throw new StrataError('bad-option', `unsupported compression type \`${text}'`, { hint: 'it is gzip, zstd or none' })
  }
  return found
}
