/** `strata download`: a file at an address to the store, or to a file, and its hash, for recipes. Options of
 *  `guix download`. */
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { type DownloadEvent, download } from '../../downloads/index.ts'
import { formatHash, type HashAlgorithm, type HashFormat } from '../../formats/index.ts'
import { hashFile, removeTree } from '../../store/index.ts'
import { addDaemonOption, type DaemonOption, daemonOf } from '../daemon-option.ts'
import { parseHashAlgorithm, parseHashFormat } from '../options.ts'
import { printError } from '../report.ts'
import { callScript } from '../scheme-calls.ts'

interface Options extends DaemonOption {
  readonly format: HashFormat
  readonly hash: HashAlgorithm
  readonly checkCertificate: boolean
  readonly output?: string
  readonly json?: boolean
}

export function declareDownload(program: Command): void {
  const command = program
    .command('download')
    .description('download a file to the store, and print its name there and its hash')
    .argument('<url>', 'http, https, file and mirror addresses, or a file name')
    .option('-f, --format <format>', 'how the hash is written, as for `strata hash`', parseHashFormat, 'nix-base32')
    .option('-H, --hash <algorithm>', 'sha256, sha512, sha1, md5, …', parseHashAlgorithm, 'sha256')
    .option('--no-check-certificate', 'believe any certificate of the server')
    .option('-o, --output <file>', 'download to FILE and not to the store')
    .option('--json', 'print JSON')
  addDaemonOption(command)
  command.action(async (url: string, options: Options) => {
    daemonOf(options)
    // Of all connections of this process, and nothing else is downloaded here.
    if (!options.checkCertificate) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const address = toAddress(url)
    const directory = mkdtempSync(join(tmpdir(), 'strata-download-'))
    try {
      const name = storeName(address)
      const target = options.output === undefined ? join(directory, name) : resolve(options.output)
      await download({ urls: [address], name, hash: undefined, output: target, onEvent: printEvent })
      const hash = formatHash(hashFile(target, options.hash), options.format)
      const file = options.output ?? String(callScript('download', 'file->store', [target, name]))
      if (options.json === true) console.log(JSON.stringify({ url: address, file, hash, algorithm: options.hash }))
      else console.log(`${file}\n${hash}`)
    } finally {
      removeTree(directory)
    }
  })
}

function printEvent(event: DownloadEvent): void {
  if (event.kind === 'download-started') printError(`downloading ${event.file} from ${event.url}...`)
}

/** TEXT as an address: it is one, or the name of a file that exists. */
function toAddress(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return text
  try {
    return pathToFileURL(realpathSync(text)).href
  } catch (cause) {
    throw new StrataError('bad-address', `${text}: failed to parse URI`, {
      hint: 'give an address such as https://example.org/file.tar.gz, or the name of a file that exists',
      cause,
    })
  }
}

/** The last part of ADDRESS as a name that the store takes. */
function storeName(address: string): string {
  const name = basename(address).replaceAll(/[^A-Za-z0-9+\-._?=]/g, '_')
  return name.startsWith('.') ? `_${name}` : name
}
