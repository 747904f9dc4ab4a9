/** `strata publish`: serve the store's items as substitutes. Options of `guix publish`. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { availableParallelism, hostname } from 'node:os'
import { resolve as absolute, join } from 'node:path'
import { type Command, Option } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { findLogFile } from '../../builds/index.ts'
import { endWithParent } from '../../end-with-parent.ts'
import { parseNixSecretKey } from '../../keys/index.ts'
import { projectDirectory } from '../../project-directory.ts'
import { processStore } from '../../scheme/index.ts'
import { parseDuration } from '../../store/index.ts'
import { type CompressionChoice, Publisher, publishedCompressions, usualLevel } from '../../substitutes/index.ts'
import { byteSize, collect, natural } from '../options.ts'
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
  readonly privateKey?: string | undefined
  readonly user?: string
  readonly cache?: string
  readonly cacheBypassThreshold: number
  readonly workers?: number
  readonly advertise?: boolean
  readonly repl?: string | true
  readonly endWithParent?: boolean
}

/** Where prompts are found, unless it is said. */
const usualReplPort = 37146
/** The kind of service that machines of a local network find each other by. */
const serviceType = '_guix_publish._tcp'

export function declarePublish(program: Command): void {
  program
    .command('publish')
    .description('serve the items of the store to others over HTTP')
    .option('-p, --port <port>', 'listen at PORT', natural, 8080)
    .option('--listen <host>', 'listen at the network interface of HOST', '0.0.0.0')
    .option('-a, --advertise', 'tell the local network, with the program avahi-publish')
    .option(
      '-C, --compression <method>',
      'offer archives compressed with gzip, lzip, zstd or none, as METHOD[:LEVEL], or with gzip at LEVEL; may be repeated',
      collect,
      [],
    )
    .option('-c, --cache <dir>', 'compress each item once, when it is first asked for, and keep it in DIR')
    .option(
      '--cache-bypass-threshold <size>',
      'serve items with archives below SIZE even before they are in the cache',
      byteSize,
      10 << 20,
    )
    .option('--workers <n>', 'compress N items for the cache at a time', natural)
    .option('--ttl <time>', 'let clients keep what they are told for TIME: seconds, or 12h, 7d, 2w, …', duration)
    .option('--negative-ttl <time>', 'the same of what is not here', duration)
    .option('--nar-path <path>', 'let clients find archives below PATH', 'nar')
    .option('--public-key <file>', 'tell clients the public key in FILE, of the key that signs')
    .option('--private-key <file>', 'sign with the private key in FILE')
    .addOption(new Option('--secret-key <file>', 'the same').hideHelp())
    .option('-r, --repl [port]', `serve a prompt of Scheme, on this store, at PORT (${usualReplPort})`)
    .option('-u, --user <user>', 'become USER as soon as possible')
    .option(
      '--nix-key <file>',
      'sign for clients of Nix, too, with the secret key in FILE; may be repeated',
      collect,
      [],
    )
    .addOption(new Option('--end-with-parent', 'end when the process does that started this one').hideHelp())
    .action(async (options: Options & { secretKey?: string }) =>
      publish({ ...options, privateKey: options.privateKey ?? options.secretKey }),
    )
}

async function publish(options: Options): Promise<void> {
  const { port, listen, compression, ttl, negativeTtl, narPath, nixKey, publicKey, privateKey, user } = options
  if (options.endWithParent === true) endWithParent()
  const store = processStore()
  const compressions =
    compression.length === 0 ? [{ method: 'gzip', level: usualLevel } as const] : compression.map(toChoice)
  const publisher = new Publisher(store, {
    compressions,
    ttl,
    negativeTtl,
    narPath,
    nixKeys: nixKey.map((file) => parseNixSecretKey(readFileSync(file, 'utf8'))),
    publicKey,
    privateKey,
    cache:
      options.cache === undefined
        ? undefined
        : {
            directory: absolute(options.cache),
            workers: Math.max(1, options.workers ?? availableParallelism()),
            bypassThreshold: options.cacheBypassThreshold,
          },
    logOf: (item) =>
      [item, store.pathInfo(item)?.deriver, ...store.database.derivers(item)]
        .map((path) => (path?.endsWith('.drv') === true ? findLogFile(store.layout.log, path) : undefined))
        .find((file) => file !== undefined),
    onRequest: (method, path) => console.log(`${method} ${path}`),
    onFailure: (message) => printError(`strata publish: warning: ${message}`),
  })
  // Whoever read what is asked for may have stopped; the others are served all the same.
  process.stdout.on('error', () => {})
  const server = publisher.server()
  const passed = passedSocket()
  await startListening(server, passed ?? { port, host: listen })
  if (user !== undefined) become(user)
  if (process.geteuid?.() === 0)
    printError("strata publish: warning: server running as root; consider using the '--user' option!")
  const address = server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  printError(
    passed === undefined
      ? `publishing ${store.layout.store} on ${listen}, port ${actual}`
      : 'publishing (started via socket activation)',
  )
  for (const { method, level } of compressions) printError(`using '${method}' compression method, level ${level}`)
  const helpers = [
    ...(options.advertise === true ? [start('avahi-publish', [...advertisement(), `${actual}`])] : []),
    ...(options.repl === undefined
      ? []
      : [
          start(join(projectDirectory(), 'runtime/cli/strata'), [
            'repl',
            `--listen=tcp:${options.repl === true ? usualReplPort : options.repl}`,
          ]),
        ]),
  ]
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  for (const helper of helpers) helper.kill()
  server.close()
  server.closeAllConnections()
}

/** The socket that a service manager passed. */
function passedSocket(): { readonly fd: number } | undefined {
  const { LISTEN_PID, LISTEN_FDS } = process.env
  if (LISTEN_PID !== String(process.pid) || LISTEN_FDS === undefined) return undefined
  if (LISTEN_FDS !== '1')
    throw new StrataError('cannot-listen', `${LISTEN_FDS}: unexpected number of startup file descriptors`)
  return { fd: 3 }
}

function startListening(
  server: Server,
  where: { readonly fd: number } | { readonly port: number; readonly host: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const place = 'fd' in where ? `descriptor ${where.fd}` : `${where.host}:${where.port}`
      reject(new StrataError('cannot-listen', `cannot listen on ${place}: ${cause.message}`, { cause }))
    })
    server.listen(where, resolve)
  })
}

/** What avahi-publish is to say, but for the port. */
function advertisement(): readonly string[] {
  return ['-s', `guix-publish-${hostname()}`, serviceType]
}

/** Have PROGRAM run beside the server. */
function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  child.once('error', ({ message }) => printError(`strata publish: warning: ${program}: ${message}`))
  return child
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

/** `METHOD`, `METHOD:LEVEL`, or a level for gzip, of which 0 means none. */
function toChoice(text: string): CompressionChoice {
  const [, name = 'gzip', digits] = /^([a-z][^:]*)?:?(\d+)?$/.exec(text) ?? []
  const level = digits === undefined ? undefined : Number(digits)
  const method = publishedCompressions.find((known) => known === name)
  if (method === undefined) {
    throw new StrataError('bad-option', `unsupported compression type \`${text}'`, {
      hint: `it is one of ${publishedCompressions.join(', ')}`,
    })
  }
  if (method === 'none' || level === 0) return { method: 'none', level: 0 }
  const most = method === 'zstd' ? 22 : 9
  if (level !== undefined && level > most) {
    throw new StrataError('bad-option', `${text}: no such compression level`, { hint: `${method} has 1 to ${most}` })
  }
  return { method, level: level ?? usualLevel }
}

/** A time in seconds: a number of them, or with a unit, as for generations. */
function duration(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : parseDuration(text)
}
