/** The contents of a tar archive held in memory, as a list of entries. Not a streaming reader and
 *  no extraction to disk: the seed is laid out anew before it is written (see layout.ts). */
import { extract } from 'tar-stream'
import { StrataError } from '../../lang/conditions/index.ts'

export type TarEntry =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly executable: boolean; readonly contents: Uint8Array }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }

/** `./usr/bin/` and `/usr/bin` become `usr/bin`. A path that climbs is refused. */
function plainPath(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw new StrataError('corrupt-archive', `tar archive has the path ${name}`)
  return parts.join('/')
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
}

/** Read all entries of ARCHIVE. Contents are views into it where possible. */
export async function readTar(archive: Uint8Array): Promise<TarEntry[]> {
  const reader = extract()
  const entries: TarEntry[] = []
  const done = new Promise<void>((resolve, reject) => {
    reader.on('finish', resolve)
    reader.on('error', (cause) => reject(new StrataError('corrupt-archive', 'corrupt tar archive', { cause })))
    reader.on('entry', (header, stream, next) => {
      const chunks: Uint8Array[] = []
      stream.on('data', (chunk) => {
        if (chunk instanceof Uint8Array) chunks.push(chunk)
      })
      stream.on('end', () => {
        try {
          const path = plainPath(header.name)
          const target = header.linkname ?? ''
          if (header.type === 'directory') entries.push({ kind: 'directory', path })
          else if (header.type === 'symlink') entries.push({ kind: 'symlink', path, target })
          else if (header.type === 'link') entries.push({ kind: 'link', path, target: plainPath(target) })
          else if (header.type === 'file' || header.type === 'contiguous-file') {
            const executable = ((header.mode ?? 0) & 0o100) !== 0
            entries.push({ kind: 'file', path, executable, contents: concatenate(chunks) })
          } else throw new StrataError('unsupported-archive', `tar entry ${path} is a ${String(header.type)}`)
          next()
        } catch (error) {
          next(error instanceof Error ? error : new Error(String(error)))
        }
      })
    })
  })
  reader.end(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength))
  await done
  return entries
}
