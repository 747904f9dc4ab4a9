/** The index of a package collection: what is shown, searched and listed of each package, and the variable that holds it,
 *  so that a name is found without loading the modules. One file in the user's cache directory for each list of
 *  directories: a header, the offsets of names, then one line of JSON a package.
 *  It is good as long as no module's file has changed; making it is the caller's, with Scheme. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { type IndexFormat, type IndexKey, readIndex, writeIndex } from './index-files.ts'

/** A license by name and address; undefined name: unknown. */
export interface IndexedLicense {
  readonly name: string
  readonly uri: string | null
}

export interface IndexedPackage {
  readonly name: string
  readonly version: string
  /** Name and synopsis. */
  readonly outputs: readonly (readonly [string, string | null])[]
  readonly systems: readonly string[]
  readonly dependencies: readonly string[]
  /** File, relative to its root, line from 1, column from 0. */
  readonly location: readonly [string, number, number] | null
  readonly homePage: string | null
  /** An array for a list of licenses; null when unknown. */
  readonly license: readonly IndexedLicense[] | IndexedLicense | null
  readonly synopsis: string | null
  readonly description: string | null
  readonly module: readonly string[]
  readonly variable: string
  readonly supported: boolean
  readonly superseded: boolean
}

/** Changes with the format. */
const format: IndexFormat = { title: 'strata package index 1', suffix: '' }

export interface PackageIndex {
  names(): string[]
  /** The packages called NAME, in the order of their modules. */
  find(name: string): IndexedPackage[]
  /** All packages, in the order of their modules. */
  all(): IndexedPackage[]
}

/** An index that was just made. */
export function indexInMemory(packages: readonly IndexedPackage[]): PackageIndex {
  return {
    names: () => [...new Set(packages.map(({ name }) => name))],
    find: (name) => packages.filter((item) => item.name === name),
    all: () => [...packages],
  }
}

class IndexFile implements PackageIndex {
  readonly #file: string
  readonly #start: number
  /** Name to the offsets and lengths of its packages' lines, as they were found. */
  readonly #places: ReadonlyMap<string, readonly (readonly [number, number])[]>

  constructor(file: string, start: number, places: readonly (readonly [string, number, number])[]) {
    this.#file = file
    this.#start = start
    const map = new Map<string, [number, number][]>()
    for (const [name, offset, length] of places) {
      const known = map.get(name)
      if (known === undefined) map.set(name, [[offset, length]])
      else known.push([offset, length])
    }
    this.#places = map
  }

  names(): string[] {
    return [...this.#places.keys()]
  }

  find(name: string): IndexedPackage[] {
    const places = this.#places.get(name)
    if (places === undefined) return []
    const descriptor = openSync(this.#file, 'r')
    try {
      return places.map(([offset, length]) => {
        const bytes = Buffer.alloc(length)
        readSync(descriptor, bytes, 0, length, this.#start + offset)
        return parseLine(bytes.toString('utf8'))
      })
    } finally {
      closeSync(descriptor)
    }
  }

  all(): IndexedPackage[] {
    const text = readFileSync(this.#file).subarray(this.#start).toString('utf8')
    return JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`)
  }
}

function parseLine(text: string): IndexedPackage {
  return JSON.parse(text)
}

/** The index for KEY, if there is one and the modules have not changed since. */
export function openPackageIndex(key: IndexKey): PackageIndex | undefined {
  const read = readIndex(key, format)
  if (read === undefined) return undefined
  const { file, bytes, headerEnd } = read
  const placesEnd = bytes.indexOf(10, headerEnd + 1)
  const places: [string, number, number][] = JSON.parse(bytes.subarray(headerEnd + 1, placesEnd).toString('utf8'))
  return new IndexFile(file, placesEnd + 1, places)
}

/** Keep PACKAGES as the index for KEY. STATE is what `collectionState` gave before the modules were loaded: when they
 *  change meanwhile, the index is not good. */
export function writePackageIndex(key: IndexKey, state: string, packages: readonly IndexedPackage[]): void {
  const places: [string, number, number][] = []
  const lines: string[] = []
  let offset = 0
  for (const item of packages) {
    const line = JSON.stringify(item)
    const length = Buffer.byteLength(line)
    places.push([item.name, offset, length])
    lines.push(line)
    offset += length + 1
  }
  writeIndex(key, format, state, `${JSON.stringify(places)}\n${lines.join('\n')}\n`)
}
