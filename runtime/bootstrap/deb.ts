/** Debian binary packages: an `ar` archive around a compressed tar archive.
 *  Format: deb(5); every package of the seed has a data.tar.xz. */
import { readFile } from 'node:fs/promises'
import { decodeXz } from '../compression/index.ts'
import { arMember } from './ar.ts'

/** The tar archive of the files of the package at PATH. */
export async function debContents(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return decodeXz(arMember(await readFile(path), 'data.tar.xz'))
}
