/** The store as programs on the host see it: its items, profiles, roots and keys under their logical names, though they lie
 *  elsewhere. Links between them name logical paths, which the kernel cannot follow: they are followed here. */
import { lstatSync, readlinkSync } from 'node:fs'
import { dirname, join, normalize, resolve } from 'node:path'
import { enclosingStorePath, type StorePath, storeDirectory } from '../formats/index.ts'
import { physicalPath, type StoreLayout } from './layout.ts'

const LINKS = 40

/** What the directories of the state and of keys are called wherever they are. */
const stateDirectory = '/var/guix'
const configurationDirectory = '/etc/guix'

/** The directory that the logical NAME is in, and where that is; undefined for files of the host. */
function homeOf(layout: StoreLayout, name: string): readonly [string, string] | undefined {
  const homes = [
    [storeDirectory, layout.store],
    [stateDirectory, layout.state],
    [configurationDirectory, layout.configuration],
  ] as const
  return homes.find(([directory]) => name.startsWith(`${directory}/`))
}

function physicalName(layout: StoreLayout, name: string): string {
  if (name === stateDirectory) return layout.state
  if (name === configurationDirectory) return layout.configuration
  const [directory, place] = homeOf(layout, name) ?? [storeDirectory, layout.store]
  return name.startsWith(`${directory}/`) ? place + name.slice(directory.length) : physicalPath(layout, name)
}

/** The file behind the logical NAME: every link on the way followed, the last one only if FOLLOW. */
export function placeInStore(layout: StoreLayout, name: string, follow: boolean): string {
  if (layout.root === '/') return name
  let pending = name
  for (let links = 0; links < LINKS; links++) {
    if (homeOf(layout, pending) === undefined) return physicalName(layout, pending)
    const next = expandFirstLink(layout, normalize(pending), follow)
    if (next === undefined) return physicalName(layout, pending)
    pending = next
  }
  return physicalName(layout, pending)
}

/** NAME with its first link replaced by what it points to, or undefined when there is none. */
function expandFirstLink(layout: StoreLayout, name: string, follow: boolean): string | undefined {
  let [directory] = homeOf(layout, name) ?? [storeDirectory]
  const parts = name.slice(directory.length + 1).split('/')
  for (const [index, part] of parts.entries()) {
    const path = join(directory, part)
    const isLast = index === parts.length - 1
    if (isLast && !follow) return undefined
    const target = linkTarget(physicalName(layout, path))
    if (target !== undefined) {
      return join(target.startsWith('/') ? target : join(directory, target), ...parts.slice(index + 1))
    }
    directory = path
  }
  return undefined
}

function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : undefined
}

/** The logical name of PLACE, a file. */
export function nameOfPlace(layout: StoreLayout, place: string): string {
  if (place.startsWith(`${layout.store}/`)) return storeDirectory + place.slice(layout.store.length)
  return place.startsWith(`${layout.state}/`) ? stateDirectory + place.slice(layout.state.length) : place
}

/** The item that the file NAME is, lies in, or leads to as a symbolic link; undefined when it is none. */
export function namedItem(layout: StoreLayout, name: string): StorePath | undefined {
  let file = resolve(name)
  for (let links = 0; links < LINKS; links++) {
    const item = enclosingStorePath(nameOfPlace(layout, file))
    if (item !== undefined) return item
    const target = linkTarget(file)
    if (target === undefined) return undefined
    file = resolve(dirname(file), target)
  }
  return undefined
}
