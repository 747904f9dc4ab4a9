/** `builtin:unpack-channel`, with which `nix-channel` makes a channel of what it downloaded: a tar archive with one
 *  directory in it. */
import { createReadStream, readdirSync, renameSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { StrataError } from '../../../lang/conditions/index.ts'
import { enclosingStorePath } from '../../formats/index.ts'
import { placeInStore } from '../../store/index.ts'
import { decompress } from '../../substitutes/index.ts'
import { attribute, type Builtin, outputOf } from './request.ts'
import { extractTar } from './tar-extraction.ts'

/** The first bytes of compressed files. */
const signatures: readonly (readonly [string, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
]

export const unpackChannel: Builtin = async (request) => {
  const { store, derivation, closure } = request
  const source = attribute(derivation, 'src')
  const name = attribute(derivation, 'channelName')
  const item = enclosingStorePath(source)
  if (item === undefined || !closure.includes(item))
    throw new StrataError('bad-derivation', `builtin:unpack-channel: \`${source}' is not an input of the derivation`)
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(name))
    throw new StrataError('bad-derivation', `builtin:unpack-channel: \`${name}' is not the name of a channel`)
  const file = placeInStore(store.layout, source, true)
  const output = outputOf(request)
  await extractTar(decompress(createReadStream(file), await compressionOf(file)), output)
  const [only, ...others] = readdirSync(output)
  if (only === undefined || others.length > 0)
    throw new StrataError('corrupt-archive', `channel tarball '${source}' does not contain exactly one file`)
  if (only !== name) renameSync(join(output, only), join(output, name))
}

async function compressionOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
    const begins = (bytes: readonly number[]): boolean =>
      bytes.length <= bytesRead && bytes.every((byte, index) => buffer[index] === byte)
    return signatures.find(([, bytes]) => begins(bytes))?.[0] ?? 'none'
  } finally {
    await file.close()
  }
}
