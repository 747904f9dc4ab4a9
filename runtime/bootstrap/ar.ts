/** `ar` archives, the outer layer of Debian packages. Reads only; no symbol tables.
 *  Format: ar(5), deb(5). */
import { StrataError } from '../../lang/conditions/index.ts'

const latin1 = new TextDecoder('latin1')

/** The member called NAME (a trailing slash in the archive is ignored), a view into ARCHIVE. */
export function arMember(archive: Uint8Array, name: string): Uint8Array {
  if (latin1.decode(archive.subarray(0, 8)) !== '!<arch>\n')
    throw new StrataError('corrupt-archive', 'not an ar archive')
  const names = []
  for (let position = 8; position + 60 <= archive.length; ) {
    const header = latin1.decode(archive.subarray(position, position + 60))
    const size = Number(header.slice(48, 58).trim())
    const start = position + 60
    if (!header.endsWith('`\n') || !Number.isSafeInteger(size) || size < 0 || start + size > archive.length)
      throw new StrataError('corrupt-archive', `bad member header at byte ${position} of an ar archive`)
    const member = header.slice(0, 16).trimEnd().replace(/\/$/, '')
    if (member === name) return archive.subarray(start, start + size)
    names.push(member)
    position = start + size + (size & 1)
  }
  throw new StrataError('corrupt-archive', `no member ${name} in an ar archive, only ${names.join(', ')}`)
}
