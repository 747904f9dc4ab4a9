/** Building outputs that are there already without a sandbox, where a builder writes to the store itself: it is told other
 *  names, equally long, and in what it made these become the right ones. To check or to repair what is valid, and
 *  because what is in use stays as it is. Model: addHashRewrite of build.cc. */
import { randomBytes } from 'node:crypto'
import {
  type Derivation,
  formatBase32,
  type NarVisitor,
  type StorePath,
  storeDirectory,
  storePathHashPart,
  storePathName,
  toStorePath,
} from '../formats/index.ts'
import { dumpPath, existsLink, Restoration, removeTree, type Store } from '../store/index.ts'

export class Redirection {
  readonly #store: Store
  /** By output. */
  readonly #elsewhere = new Map<StorePath, StorePath>()

  constructor(store: Store, outputs: readonly StorePath[]) {
    this.#store = store
    for (const output of outputs) {
      const hashPart = formatBase32(randomBytes(20))
      this.#elsewhere.set(output, toStorePath(`${storeDirectory}/${hashPart}-${storePathName(output)}`))
    }
  }

  /** TEXT with the other names. */
  readonly redirect = (text: string): string => {
    let redirected = text
    for (const [output, other] of this.#elsewhere)
      redirected = redirected.replaceAll(storePathHashPart(output), storePathHashPart(other))
    return redirected
  }

  redirectDerivation(derivation: Derivation): Derivation {
    const environment = new Map([...derivation.environment].map(([name, value]) => [name, this.redirect(value)]))
    const outputs = new Map(
      [...derivation.outputs].map(([name, output]) => [name, { ...output, path: this.redirect(output.path) }]),
    )
    return { ...derivation, outputs, environment, args: derivation.args.map(this.redirect) }
  }

  /** Where the builder left OUTPUT, with the right names in it. */
  recover(output: StorePath): string {
    const made = this.#place(output)
    const recovered = this.#store.temporaryName(output)
    if (this.#elsewhere.has(output) && existsLink(made) && !existsLink(recovered)) this.#restore(made, recovered)
    return this.#elsewhere.has(output) ? recovered : made
  }

  #place(output: StorePath): string {
    return this.#store.physical(this.#elsewhere.get(output) ?? output)
  }

  #restore(made: string, recovered: string): void {
    const restoration = new Restoration(recovered, { canonical: false })
    try {
      dumpPath(made, () => {}, {}, new Rewriting(restoration, this.#hashParts()))
      restoration.finish()
    } finally {
      restoration.close()
    }
  }

  #hashParts(): Replacement[] {
    return [...this.#elsewhere].map(([output, other]) => ({
      wrong: Buffer.from(storePathHashPart(other)),
      right: storePathHashPart(output),
    }))
  }

  /** Nothing of what the builder made stays but what was taken. */
  close(): void {
    for (const output of this.#elsewhere.keys())
      for (const file of [this.#place(output), this.#store.temporaryName(output)])
        if (existsLink(file)) removeTree(file)
  }
}

interface Replacement {
  readonly wrong: Buffer
  readonly right: string
}

/** How much of a file is held back, because a hash part may have begun in it. */
const seam = 31

/** Passes on a tree with other hash parts in names, targets and contents. */
class Rewriting implements NarVisitor {
  readonly #target: NarVisitor
  readonly #replacements: readonly Replacement[]
  #held = Buffer.alloc(0)

  constructor(target: NarVisitor, replacements: readonly Replacement[]) {
    this.#target = target
    this.#replacements = replacements
  }

  #rewrite(bytes: Buffer): void {
    for (const { wrong, right } of this.#replacements)
      for (let at = bytes.indexOf(wrong); at >= 0; at = bytes.indexOf(wrong, at + wrong.length)) bytes.write(right, at)
  }

  #text(text: string): string {
    return this.#replacements.reduce((result, { wrong, right }) => result.replaceAll(wrong.toString(), right), text)
  }

  regular(relative: string, executable: boolean, size: number): void {
    this.#target.regular(this.#text(relative), executable, size)
  }

  contents(bytes: Uint8Array): void {
    const all = Buffer.concat([this.#held, bytes])
    this.#rewrite(all)
    const end = Math.max(0, all.length - seam)
    this.#target.contents(all.subarray(0, end))
    this.#held = all.subarray(end)
  }

  endRegular(): void {
    this.#target.contents(this.#held)
    this.#held = Buffer.alloc(0)
    this.#target.endRegular()
  }

  symlink(relative: string, target: string): void {
    this.#target.symlink(this.#text(relative), this.#text(target))
  }

  directory(relative: string): void {
    this.#target.directory(this.#text(relative))
  }
}
