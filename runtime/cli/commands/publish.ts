/** `strata publish`: serve the store's items as substitutes. Options of `guix publish`. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { findLogFile } from '../../builds/index.ts'
import { parseNixSecretKey } from '../../keys/index.ts'
import { processStore } from '../../scheme/index.ts'
import { parseDuration } from '../../store/index.ts'
import { type PublishedCompression, Publisher, publishedCompressions } from '../../substitutes/index.ts'
import { collect, natural } from '../options.ts'
import { printError } from '../report.ts'

interface Options {
  readonly port: number
  readonly listen: string
  readonly compression: readonly string[]
  readonly ttl?: number
  readonly negativeTtl?: number
  readonly narPath?: string
  readonly nixKey: readonly string[]
  readonly publicKey?: string
  readonly privateKey?: string
  readonly user?: string
}

export function declarePublish(program: Command): void {
  program
    .command('publish')
    .description('serve the items of the store to others over HTTP')
    .option('-p, --port <port>', 'listen at PORT', natural, 8080)
    .option('--listen <host>', 'listen at the network interface of HOST', 'localhost')
    .option(
      '-C, --compression <method>',
      'offer archives compressed with gzip, zstd or none, as METHOD[:LEVEL], or with gzip at LEVEL; may be repeated',
      collect,
      [],
    )
    .option('--ttl <time>', 'let clients keep what they are told for TIME: seconds, or 12h, 7d, 2w, …', duration)
    .option('--negative-ttl <time>', 'the same of what is not here', duration)
    .option('--nar-path <path>', 'let clients find archives below PATH', 'nar')
    .option('--public-key <file>', 'tell clients the public key in FILE, of the key that signs')
    .option('--private-key <file>', 'sign with the private key in FILE')
    .option('-u, --user <user>', 'become USER as soon as possible')
    .option(
      '--nix-key <file>',
      'sign for clients of Nix, too, with the secret key in FILE; may be repeated',
      collect,
      [],
    )
    .action(async (options: Options) => publish(options))
}

async function publish(options: Options): Promise<void> {
  const { port, listen, compression, ttl, negativeTtl, narPath, nixKey, publicKey, privateKey, user } = options
  const store = processStore()
  const nixKeys = nixKey.map((file) => parseNixSecretKey(readFileSync(file, 'utf8')))
  const offered = compression.length === 0 ? [{ method: 'gzip' as const, level: undefined }] : compression.map(toOffer)
  const publisher = new Publisher(store, {
    compressions: offered.map(({ method }) => method),
    levels: Object.fromEntries(offered.flatMap(({ method, level }) => (level === undefined ? [] : [[method, level]]))),
    ttl,
    negativeTtl,
    narPath,
    nixKeys,
    publicKey,
    privateKey,
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
  if (user !== undefined) become(user)
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  printError(`publishing ${store.layout.store} on ${listen}, port ${actual}`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  server.close()
  server.closeAllConnections()
}

/** Go on as USER, for good. @throws StrataError `no-such-user`. */
function become(user: string): void {
  try {
    const group = Number(execFileSync('id', ['-g', user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    process.setgroups?.([group])
    process.setgid?.(group)
    process.setuid?.(user)
  } catch (cause) {
    throw new StrataError('no-such-user', `cannot become user '${user}'`, { cause })
  }
}

interface Offer {
  readonly method: PublishedCompression
  readonly level: number | undefined
}

/** `METHOD`, `METHOD:LEVEL`, or a level for gzip, of which 0 means none. */
function toOffer(text: string): Offer {
  const [, name = 'gzip', digits] = /^([a-z][^:]*)?:?(\d+)?$/.exec(text) ?? []
  const level = digits === undefined ? undefined : Number(digits)
  const method = publishedCompressions.find((known) => known === name)
  if (method === undefined) {
    throw new StrataError('bad-option', `unsupported compression type \`${text}'`, { hint: 'it is gzip, zstd or none' })
  }
  if (level === 0) return { method: 'none', level: undefined }
  const most = method === 'zstd' ? 22 : 9
  if (level !== undefined && level > most) {
    throw new StrataError('bad-option', `${text}: no such compression level`, { hint: `${method} has 1 to ${most}` })
  }
  return { method, level }
}

/** A time in seconds: a number of them, or with a unit, as for generations. */
function duration(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : parseDuration(text)
}
