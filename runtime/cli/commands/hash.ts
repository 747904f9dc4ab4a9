/** `strata hash`: the hash of a file, or of a file tree as a NAR. Options of `guix hash`. */
import { lstatSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { formatHash, type HashAlgorithm, type HashFormat, hashFormats } from '../../formats/index.ts'
import { createDigester, gitHash, hashFile, hashPath } from '../../store/index.ts'
import { parseHashAlgorithm as parseAlgorithm, parseHashFormat as parseFormat } from '../options.ts'

interface Options {
  readonly format: HashFormat
  readonly hash: HashAlgorithm
  readonly recursive?: boolean
  readonly serializer?: Serializer
  readonly excludeVcs?: boolean
}

const serializers = ['none', 'nar', 'git'] as const
type Serializer = (typeof serializers)[number]

export function declareHash(program: Command): void {
  program
    .command('hash')
    .description('compute the hash of a file, or of a file tree')
    .argument('<files...>', 'files; - for standard input')
    .option('-f, --format <format>', `one of ${hashFormats.join(', ')}`, parseFormat, 'nix-base32')
    .option('-H, --hash <algorithm>', 'sha256, sha512, sha1, md5, …', parseAlgorithm, 'sha256')
    .option('-r, --recursive', 'hash the file or tree as a whole, as the store does')
    .option('-S, --serializer <type>', 'none, nar for what -r does, or git', parseSerializer)
    .option('-x, --exclude-vcs', 'leave out version control directories')
    .action((files: string[], options: Options) => {
      for (const file of files) console.log(formatHash(hashOf(file, options), options.format))
    })
}

function hashOf(file: string, options: Options) {
  const algorithm = options.hash
  if (file === '-') {
    const digester = createDigester(algorithm)
    digester.update(readFileSync(0))
    return { algorithm, digest: digester.digest() }
  }
  const versionControl = new Set(['.bzr', '.git', '.hg', '.svn', 'CVS'])
  const select = options.excludeVcs === true ? (path: string) => !versionControl.has(basename(path)) : () => true
  const serializer = options.serializer ?? (options.recursive === true ? 'nar' : 'none')
  if (serializer === 'nar') return hashPath(file, algorithm, { select }).hash
  if (serializer === 'git') return gitHash(file, algorithm, select)
  if (lstatSync(file).isDirectory()) {
    throw new StrataError('is-a-directory', `${file} is a directory`, { hint: 'strata hash -r hashes file trees' })
  }
  return hashFile(file, algorithm)
}

function parseSerializer(text: string): Serializer {
  const serializer = serializers.find((name) => name === text)
  if (serializer === undefined) throw new InvalidArgumentError(`the serializers are ${serializers.join(', ')}.`)
  return serializer
}
