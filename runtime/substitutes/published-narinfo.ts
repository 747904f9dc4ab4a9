/** What a server of substitutes says of an item: its narinfo, signed for clients of Guix with this machine's key and for
 *  those of Nix with keys of theirs. */
import { hostname } from 'node:os'
import {
  formatNarInfo,
  type NarInfo,
  type NarSource,
  parseHash,
  type StorePath,
  storeDirectory,
} from '../formats/index.ts'
import { type KeyPair, type NixSecretKey, signNarInfo, signNarInfoAsGuix } from '../keys/index.ts'
import type { Store } from '../store/index.ts'
import type { CompressionChoice, PublishedCompression } from './nar-streams.ts'

export interface NarInfoOptions {
  readonly keys: KeyPair
  readonly nixKeys: readonly NixSecretKey[]
  /** Below which directories clients find NARs. */
  readonly narPath: readonly string[]
}

export class NarInfoWriter {
  readonly #store: Store
  readonly #options: NarInfoOptions

  constructor(store: Store, options: NarInfoOptions) {
    this.#store = store
    this.#options = options
  }

  /** The narinfo of PATH, offered compressed as CHOICES say, with the SIZES of compressed NARs when they are known;
   *  undefined when there is no such item. */
  text(
    path: StorePath,
    choices: readonly CompressionChoice[],
    sizes: ReadonlyMap<PublishedCompression, number> = new Map(),
  ): string | undefined {
    const info = this.#store.pathInfo(path)
    if (info === undefined) return undefined
    const { keys, nixKeys, narPath } = this.#options
    const name = encodeURIComponent(path.slice(storeDirectory.length + 1))
    const directory = narPath.map(encodeURIComponent).join('/')
    const sources = choices.map(
      ({ method }): NarSource => ({
        url: method === 'none' ? `${directory}/${name}` : `${directory}/${method}/${name}`,
        compression: method,
        fileHash: undefined,
        fileSize: method === 'none' ? info.narSize : sizes.get(method),
      }),
    )
    const unsigned: NarInfo = {
      storePath: path,
      sources,
      narHash: parseHash(info.hash.replace(/^sha256:/, ''), 'sha256'),
      narSize: info.narSize,
      references: this.#store.database.references(path),
      deriver: info.deriver,
      system: undefined,
      contentAddress: undefined,
      signatures: [],
      guixSignature: undefined,
    }
    return formatNarInfo({
      ...unsigned,
      signatures: nixKeys.map((key) => signNarInfo(unsigned, key)),
      guixSignature: signNarInfoAsGuix(unsigned, hostname(), keys),
    })
  }
}
