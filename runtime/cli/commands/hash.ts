/** `strata hash`: the hash of a file, or of a file tree as a NAR. Options of `guix hash`. */
import { lstatSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { StrataError } from '../../../lang/conditions/index.ts'
import { formatHash, type HashAlgorithm, type HashFormat, hashFormats, isHashAlgorithm } from '../../formats/index.ts'
import { createDigester, hashFile, hashPath } from '../../store/index.ts'

interface Options {
  readonly format: HashFormat
  readonly hash: HashAlgorithm
  readonly recursive?: boolean
  readonly serializer?: 'none' | 'nar'
  readonly excludeVcs?: boolean
}

export function declareHash(program: Command): void {
  program
    .command('hash')
    .description('compute the hash of a file, or of a file tree')
    .argument('<files...>', 'files; - for standard input')
    .option('-f, --format <format>', `one of ${hashFormats.join(', ')}`, parseFormat, 'nix-base32')
    .option('-H, --hash <algorithm>', 'sha256, sha512, sha1, md5, …', parseAlgorithm, 'sha256')
    .option('-r, --recursive', 'hash the file or tree as a whole, as the store does')
    .option('-S, --serializer <type>', 'none, or nar for what -r does', parseSerializer)
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
  const stat = lstatSync(file)
  if (options.recursive === true || options.serializer === 'nar') {
    const versionControl = new Set(['.bzr', '.git', '.hg', '.svn', 'CVS'])
    const select = (path: string): boolean => !versionControl.has(basename(path))
    return hashPath(file, algorithm, options.excludeVcs === true ? { select } : {}).hash
  }
  if (stat.isDirectory()) {
    throw new StrataError('is-a-directory', `${file} is a directory`, { hint: 'strata hash -r hashes file trees' })
  }
  return hashFile(file, algorithm)
}

function parseFormat(text: string): HashFormat {
  const format = hashFormats.find((name) => name === text)
  if (format === undefined) throw new InvalidArgumentError(`the formats are ${hashFormats.join(', ')}.`)
  return format
}

function parseAlgorithm(text: string): HashAlgorithm {
  if (!isHashAlgorithm(text)) throw new InvalidArgumentError('no such hash algorithm.')
  return text
}

function parseSerializer(text: string): 'none' | 'nar' {
  if (text !== 'none' && text !== 'nar') throw new InvalidArgumentError('none or nar is needed.')
  return text
}
