/** Roots of the garbage collector: what must stay, and why.
 *  Links below `gcroots` and `profiles` (those in `gcroots/auto` are indirect: links to links elsewhere), the
 *  temporary roots of running processes, and what running processes have open, mapped, or name in their
 *  environment. Model: libstore/gc.cc and guix's list-runtime-roots. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { enclosingStorePath, formatBase32, type StorePath, storeDirectory } from '../formats/index.ts'
import { hashing } from './hashing.ts'
import type { StoreLayout } from './layout.ts'
import { readTemporaryRoots } from './temporary-roots.ts'
import { existsLink } from './trees.ts'

export interface Root {
  /** The link, file or process that keeps it. */
  readonly source: string
  readonly path: StorePath
}

/** The store item that a file name, logical or physical, is in. */
function itemOf(layout: StoreLayout, name: string): StorePath | undefined {
  const logical = name.startsWith(`${layout.store}/`) ? storeDirectory + name.slice(layout.store.length) : name
  return enclosingStorePath(logical)
}

/** The roots that links make. Dangling indirect links are removed. */
export function linkedRoots(layout: StoreLayout): Root[] {
  const roots: Root[] = []
  const visit = (file: string): void => {
    const stat = lstatSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return
    if (stat.isDirectory()) {
      for (const name of readdirSync(file).sort()) visit(join(file, name))
    } else if (stat.isSymbolicLink()) {
      const target = resolve(dirname(file), readlinkSync(file))
      const direct = itemOf(layout, target)
      if (direct !== undefined) roots.push({ source: file, path: direct })
      else if (existsLink(target)) {
        // Indirect: a link somewhere else that points into the store.
        if (lstatSync(target).isSymbolicLink()) {
          const path = itemOf(layout, resolve(dirname(target), readlinkSync(target)))
          if (path !== undefined) roots.push({ source: target, path })
        }
      } else if (dirname(file) === join(layout.state, 'gcroots/auto')) unlinkSync(file)
    }
  }
  visit(join(layout.state, 'gcroots'))
  visit(join(layout.state, 'profiles'))
  return roots
}

/** What running processes of this machine use, as far as it may be read. */
export function runtimeRoots(layout: StoreLayout): Root[] {
  const roots: Root[] = []
  const pattern = new RegExp(
    `(?:${layout.store.replaceAll('.', '\\.')}|${storeDirectory})/[0-9a-z]{32}-[A-Za-z0-9+\\-._?=]+`,
    'g',
  )
  const note = (source: string, text: string): void => {
    for (const [name] of text.matchAll(pattern)) {
      const path = itemOf(layout, name)
      if (path !== undefined) roots.push({ source, path })
    }
  }
  const attempt = (read: () => void): void => {
    try {
      read()
    } catch {
      // The process ended, or is somebody else's.
    }
  }
  let processes: string[] = []
  attempt(() => {
    processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))
  })
  for (const pid of processes) {
    const directory = `/proc/${pid}`
    for (const link of ['exe', 'cwd', 'root']) attempt(() => note(directory, readlinkSync(`${directory}/${link}`)))
    attempt(() => {
      for (const fd of readdirSync(`${directory}/fd`))
        attempt(() => note(directory, readlinkSync(`${directory}/fd/${fd}`)))
    })
    attempt(() => note(directory, readFileSync(`${directory}/maps`, 'utf8')))
    attempt(() => note(directory, readFileSync(`${directory}/environ`, 'latin1')))
  }
  return roots
}

/** All roots of the store; with `ignoreOwnRoots` without the temporary ones of this process. */
export function findRoots(layout: StoreLayout, { ignoreOwnRoots = false } = {}): Root[] {
  const temporary = readTemporaryRoots(layout.state, ignoreOwnRoots).map((path) => ({ source: '{temporary}', path }))
  return [...linkedRoots(layout), ...temporary, ...runtimeRoots(layout)]
}

/** Make the symbolic link LINK to TARGET and an indirect root of it.
 *  @throws StrataError `root-exists` when something that is no link to a store item has its name. */
export function makeRoot(layout: StoreLayout, link: string, target: StorePath): void {
  const absolute = resolve(link)
  if (
    existsLink(absolute) &&
    !(lstatSync(absolute).isSymbolicLink() && itemOf(layout, readlinkSync(absolute)) !== undefined)
  ) {
    throw new StrataError('root-exists', `cannot make the root ${link}: a file of that name exists`)
  }
  mkdirSync(dirname(absolute), { recursive: true })
  switchLink(absolute, target)
  addIndirectRoot(layout, absolute)
}

/** Register LINK, a symbolic link into the store, as an indirect root. */
export function addIndirectRoot(layout: StoreLayout, link: string): void {
  const absolute = resolve(link)
  const name = formatBase32(hashing('sha1', Buffer.from(absolute)))
  switchLink(join(layout.state, 'gcroots/auto', name), absolute)
}

function switchLink(link: string, target: string): void {
  const temporary = `${link}.tmp-${process.pid}`
  if (existsLink(temporary)) unlinkSync(temporary)
  symlinkSync(target, temporary)
  renameSync(temporary, link)
}
