/** Unpacking a tar archive that nobody vouches for: nothing is written outside the directory, nor through a link in it. */
import { constants, linkSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'
import { StrataError } from '../../../lang/conditions/index.ts'

/** Make DIRECTORY with what ARCHIVE, the bytes of a tar archive, holds. @throws StrataError `corrupt-archive`. */
export async function extractTar(archive: AsyncIterable<Uint8Array>, directory: string): Promise<void> {
  mkdirSync(directory)
  const extraction = new Extraction(directory)
  const reader = extract()
  const reading = pipeline(Readable.from(archive, { objectMode: false }), reader)
  // What goes wrong there ends the loop, which says so.
  reading.catch(() => {})
  try {
    for await (const entry of reader) {
      await extraction.take(entry.header, entry)
      entry.resume()
    }
    await reading
  } catch (error) {
    if (error instanceof StrataError) throw error
    if (error instanceof Error && 'code' in error && /^(ENOSPC|EDQUOT|EIO)$/.test(String(error.code))) throw error
    const what = error instanceof Error ? error.message : String(error)
    throw new StrataError('corrupt-archive', `cannot unpack the archive: ${what}`, { cause: error })
  }
}

class Extraction {
  readonly #directory: string
  /** The directories made here: only in them is anything made. */
  readonly #made = new Set([''])

  constructor(directory: string) {
    this.#directory = directory
  }

  async take(header: Header, contents: AsyncIterable<unknown>): Promise<void> {
    const path = plainPath(header.name)
    const file = join(this.#directory, path)
    switch (header.type) {
      case 'directory':
        this.#makeDirectory(path)
        break
      case 'symlink':
        this.#makeRoom(path)
        symlinkSync(header.linkname ?? '', file)
        break
      case 'link': {
        const target = plainPath(header.linkname ?? '')
        if (!this.#made.has(parentOf(target)))
          throw refused(header.name, 'it is a link into a directory that is not there')
        this.#makeRoom(path)
        linkSync(join(this.#directory, target), file)
        break
      }
      case 'file':
      case 'contiguous-file': {
        this.#makeRoom(path)
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
        const handle = await open(file, flags, ((header.mode ?? 0) & 0o100) === 0 ? 0o644 : 0o755)
        try {
          for await (const piece of contents) if (piece instanceof Uint8Array) await handle.writeFile(piece)
        } finally {
          await handle.close()
        }
        break
      }
      default:
        // Headers that other archivers understand, and devices.
        if (!String(header.type).startsWith('pax')) throw refused(header.name, `it is a ${String(header.type)}`)
    }
  }

  #makeDirectory(path: string): void {
    if (this.#made.has(path)) return
    this.#makeDirectory(parentOf(path))
    const file = join(this.#directory, path)
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) throw refused(path, 'something else has its name')
    mkdirSync(file)
    this.#made.add(path)
  }

  /** Make the directory of PATH, and remove an earlier file of that name: later entries replace earlier ones. */
  #makeRoom(path: string): void {
    if (this.#made.has(path)) throw refused(path, 'a directory has its name')
    this.#makeDirectory(parentOf(path))
    rmSync(join(this.#directory, path), { force: true })
  }
}

function parentOf(path: string): string {
  const parent = dirname(path)
  return parent === '.' ? '' : parent
}

/** `./a//b/` is `a/b`. @throws StrataError for a name that leads out of the archive. */
function plainPath(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..') || name.startsWith('/')) throw refused(name, 'it lies outside')
  return parts.join('/')
}

function refused(name: string, why: string): StrataError {
  return new StrataError('corrupt-archive', `cannot unpack ${name} of the archive: ${why}`)
}
