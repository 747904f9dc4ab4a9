/** `builtin:buildenv`, with which `nix-env` makes user environments: one directory with symbolic links to the files of
 *  several packages. Where two packages have the same file, the one with the smaller priority number gives it.
 *  Behaviour: libstore/builtins/buildenv.cc of Nix 2.8. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, type Stats, statSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../../lang/conditions/index.ts'
import { enclosingStorePath, type StorePath } from '../../formats/index.ts'
import { nameOfPlace, placeInStore } from '../../store/index.ts'
import { attribute, type Builtin, type BuiltinRequest, outputOf } from './request.ts'

interface Package {
  readonly path: string
  readonly active: boolean
  readonly priority: number
}

/** Below a package, what concerns only itself. */
const ownFiles = ['/propagated-build-inputs', '/nix-support', '/perllocal.pod', '/info/dir', '/log']

/** Behind all packages that were asked for come those that they bring along. */
const firstPropagatedPriority = 1000

export const buildEnvironment: Builtin = async (request) => {
  const { derivation } = request
  const output = outputOf(request)
  const environment = new Environment(request, output)
  mkdirSync(output)
  const packages = readPackages(attribute(derivation, 'derivations'))
  const byPriority = [...packages].sort((a, b) => a.priority - b.priority || compareNames(a.path, b.path))
  for (const { path, active, priority } of byPriority) if (active) environment.add(path, priority)
  environment.addPropagated()
  symlinkSync(attribute(derivation, 'manifest'), join(output, 'manifest.nix'))
}

/** For each package whether it is active, its priority, the number of its outputs and their paths. */
function readPackages(text: string): Package[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const packages: Package[] = []
  const next = (): string => {
    const word = words.shift()
    if (word === undefined) throw new StrataError('bad-derivation', 'builtin:buildenv: the list of packages is cut off')
    return word
  }
  const number = (): number => {
    const word = next()
    if (!/^-?\d+$/.test(word)) throw new StrataError('bad-derivation', `builtin:buildenv: ${word} is not a number`)
    return Number(word)
  }
  while (words.length > 0) {
    const active = next() !== 'false'
    const priority = number()
    for (let outputs = number(); outputs > 0; outputs--) packages.push({ path: next(), active, priority })
  }
  return packages
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

class Environment {
  readonly #request: BuiltinRequest
  readonly #output: string
  readonly #visible: ReadonlySet<StorePath>
  readonly #done = new Set<string>()
  #postponed = new Set<string>()
  /** Of what is linked, by its name in the environment. */
  readonly #priorities = new Map<string, number>()
  /** What that points to. */
  readonly #links = new Map<string, string>()

  constructor(request: BuiltinRequest, output: string) {
    this.#request = request
    this.#output = output
    this.#visible = new Set(request.closure)
  }

  /** Link the files of the package at PATH. */
  add(path: string, priority: number): void {
    if (this.#done.has(path)) return
    this.#done.add(path)
    const item = enclosingStorePath(path)
    if (item === undefined || !this.#visible.has(item))
      throw new StrataError('bad-derivation', `builtin:buildenv: \`${path}' is not an input of the derivation`)
    this.#link(path, '', priority)
    const propagated = this.#place(`${path}/nix-support/propagated-user-env-packages`)
    if (propagated === undefined || !statSync(propagated).isFile()) return
    for (const name of readFileSync(propagated, 'utf8').split(/\s+/))
      if (name !== '' && !this.#done.has(name)) this.#postponed.add(name)
  }

  /** Link the files of the packages that others bring along, and of those that they do. */
  addPropagated(): void {
    for (let priority = firstPropagatedPriority; this.#postponed.size > 0; ) {
      const paths = [...this.#postponed].sort()
      this.#postponed = new Set()
      for (const path of paths) this.add(path, priority++)
    }
  }

  /** The file behind the logical NAME, if there is one, and in one of the items that the derivation depends on. */
  #place(name: string): string | undefined {
    const { layout } = this.#request.store
    try {
      const place = placeInStore(layout, name, true)
      const item = enclosingStorePath(nameOfPlace(layout, place))
      return item !== undefined && this.#visible.has(item) && statSync(place) !== undefined ? place : undefined
    } catch {
      // Nothing has the name, a file has it that is no directory, or a link leads to itself.
      return undefined
    }
  }

  /** The logical NAME without links in it. */
  #resolve(name: string): string {
    const { layout } = this.#request.store
    return nameOfPlace(layout, placeInStore(layout, name, true))
  }

  #stat(name: string): Stats | undefined {
    const place = this.#place(name)
    return place === undefined ? undefined : statSync(place)
  }

  /** Link what is in the directory SOURCE to INSIDE, a directory of the environment. */
  #link(source: string, inside: string, priority: number): void {
    if (this.#stat(source)?.isDirectory() !== true) {
      this.#request.onLine(`warning: not including '${source}' in the user environment because it's not a directory`)
      return
    }
    for (const name of readdirSync(this.#place(source) ?? '').sort()) {
      if (name.startsWith('.')) continue
      const file = `${source}/${name}`
      if (ownFiles.some((own) => file.endsWith(own))) continue
      const stat = this.#stat(file)
      if (stat === undefined) this.#request.onLine(`warning: skipping dangling symlink '${inside}/${name}'`)
      else if (stat.isDirectory()) this.#linkDirectory(file, `${inside}/${name}`, priority)
      else this.#linkFile(file, `${inside}/${name}`, priority)
    }
  }

  /** A directory of one package is one link; when another package has it too, it becomes one of both. */
  #linkDirectory(source: string, inside: string, priority: number): void {
    const target = this.#output + inside
    const present = lstatSync(target, { throwIfNoEntry: false })
    if (present === undefined) {
      this.#makeLink(source, inside, priority)
      return
    }
    if (!present.isDirectory()) {
      const earlier = this.#resolve(this.#linkedAt(inside))
      if (this.#stat(earlier)?.isDirectory() !== true)
        throw new StrataError('bad-output', `collision between '${source}' and non-directory '${earlier}'`)
      unlinkSync(target)
      mkdirSync(target)
      this.#link(earlier, inside, this.#priorities.get(inside) ?? priority)
    }
    this.#link(source, inside, priority)
  }

  #linkFile(source: string, inside: string, priority: number): void {
    const target = this.#output + inside
    const present = lstatSync(target, { throwIfNoEntry: false })
    if (present?.isDirectory() === true)
      throw new StrataError('bad-output', `collision between non-directory '${source}' and directory '${inside}'`)
    if (present !== undefined) {
      const earlier = this.#priorities.get(inside) ?? priority
      if (earlier === priority)
        throw new StrataError(
          'bad-output',
          `packages '${source}' and '${this.#linkedAt(inside)}' have the same priority ${priority}; use 'nix-env --set-flag priority NUMBER INSTALLED_PKGNAME' to change the priority of one of the conflicting packages (0 being the highest priority)`,
        )
      if (earlier < priority) return
      unlinkSync(target)
    }
    this.#makeLink(source, inside, priority)
  }

  #makeLink(source: string, inside: string, priority: number): void {
    symlinkSync(source, this.#output + inside)
    this.#links.set(inside, source)
    this.#priorities.set(inside, priority)
  }

  /** What the link INSIDE points to. */
  #linkedAt(inside: string): string {
    return this.#links.get(inside) ?? inside
  }
}
