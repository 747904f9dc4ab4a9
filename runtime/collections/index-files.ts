/** The files of indexes in the user's cache directory: one of each kind for a list of directories. The first line tells
 *  what it was made of, the rest is the index's. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CollectionDirectory, collectionState } from './module-files.ts'

/** Which index: of what directories, made by which version of the program. */
export interface IndexKey {
  readonly directories: readonly CollectionDirectory[]
  readonly version: string
}

export interface IndexFormat {
  /** Changes with the format. */
  readonly title: string
  /** Of the file's name. */
  readonly suffix: string
}

/** The file of the index for KEY and where its first line ends, if there is one and the modules have not changed. */
export function readIndex(
  key: IndexKey,
  format: IndexFormat,
): { readonly file: string; readonly bytes: Buffer; readonly headerEnd: number } | undefined {
  const file = indexFile(key, format)
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch {
    return undefined
  }
  const headerEnd = bytes.indexOf(10)
  const expected = header(key, format, collectionState(key.directories))
  return bytes.subarray(0, headerEnd).toString() === expected ? { file, bytes, headerEnd } : undefined
}

/** Keep TEXT as the index for KEY, made when `collectionState` gave STATE. A cache that cannot be written is only slower. */
export function writeIndex(key: IndexKey, format: IndexFormat, state: string, text: string): void {
  const file = indexFile(key, format)
  try {
    mkdirSync(dirname(file), { recursive: true })
    const temporary = `${file}.${process.pid}`
    writeFileSync(temporary, `${header(key, format, state)}\n${text}`)
    renameSync(temporary, file)
  } catch {
    // As above.
  }
}

function header({ version }: IndexKey, { title }: IndexFormat, state: string): string {
  return `${title} ${version} ${state}`
}

function indexFile({ directories }: IndexKey, { suffix }: IndexFormat): string {
  const caches = process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? homedir(), '.cache')
  const name = createHash('sha256')
    .update(directories.map(({ root, below }) => `${root}\n${below}`).join('\n'))
    .digest('hex')
    .slice(0, 32)
  return join(caches, 'strata/packages', `${name}${suffix}`)
}
