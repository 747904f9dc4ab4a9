/** A directory of substitutes that Nix reads with `file://DIRECTORY`: one narinfo an item, and its NAR. */
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { formatHash, formatNarInfo, type Hash, type NarInfo, type StorePath, storeDirectory } from '../formats/index.ts'
import { type NixSecretKey, signNarInfo } from '../keys/index.ts'
import { dumpPath, type Store } from '../store/index.ts'

/** Write PATHS and what they refer to into DIRECTORY, signed by KEYS. @throws StrataError `invalid-path`. */
export function writeBinaryCache(
  store: Store,
  paths: readonly StorePath[],
  directory: string,
  keys: readonly NixSecretKey[] = [],
): void {
  mkdirSync(join(directory, 'nar'), { recursive: true })
  writeFileSync(join(directory, 'nix-cache-info'), `StoreDir: ${storeDirectory}\n`)
  for (const path of store.closure(paths)) writeItem(store, path, directory, keys)
}

function writeItem(store: Store, path: StorePath, directory: string, keys: readonly NixSecretKey[]): void {
  const info = store.pathInfo(path)
  if (info === undefined) throw new StrataError('invalid-path', `path \`${path}' is not valid`)
  const narHash: Hash = { algorithm: 'sha256', digest: Uint8Array.fromHex(info.hash.replace(/^sha256:/, '')) }
  const url = `nar/${formatHash(narHash, 'nix-base32')}.nar`
  const temporary = join(directory, `${url}.${process.pid}`)
  const fd = openSync(temporary, 'wx')
  try {
    dumpPath(store.physical(path), (bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    })
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, join(directory, url))
  const unsigned: NarInfo = {
    storePath: path,
    sources: [{ url, compression: 'none', fileHash: narHash, fileSize: info.narSize }],
    narHash,
    narSize: info.narSize,
    references: store.database.references(path),
    deriver: info.deriver,
    system: undefined,
    contentAddress: undefined,
    signatures: [],
    guixSignature: undefined,
  }
  const signed: NarInfo = { ...unsigned, signatures: keys.map((key) => signNarInfo(unsigned, key)) }
  const hashPart = path.slice(storeDirectory.length + 1, storeDirectory.length + 33)
  writeFileSync(join(directory, `${hashPart}.narinfo`), formatNarInfo(signed))
}
