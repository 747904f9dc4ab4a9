/** Roots of the garbage collector: what must stay, and why.
 *  Links below `gcroots` and `profiles` (those in `gcroots/auto` are indirect: links to links elsewhere), the
 *  temporary roots of running processes, and what running processes have open, mapped, or name in their
 *  environment. Model: libstore/gc.cc and guix's list-runtime-roots. */
import {
  type Dirent,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import {
  enclosingStorePath,
  formatBase32,
  parseStorePath,
  type StorePath,
  storeDirectory,
  storePathHashPart,
} from '../formats/index.ts'
import { FileLock } from './file-locks.ts'
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

/** What READ gives, or undefined when the file went away meanwhile or may not be read. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

/** The roots that links make. A collector, which says so with COLLECTING and has locked `gc.lock`, removes dangling
 *  indirect links. */
export function linkedRoots(layout: StoreLayout, { collecting = false } = {}): Root[] {
  const roots: Root[] = []
  const automatic = join(layout.state, 'gcroots/auto')
  const follow = (file: string): void => {
    const text = attempt(() => readlinkSync(file))
    if (text === undefined) return
    const target = resolve(dirname(file), text)
    const direct = itemOf(layout, target)
    if (direct !== undefined) {
      roots.push({ source: file, path: direct })
      return
    }
    const stat = attempt(() => lstatSync(target, { throwIfNoEntry: false }) ?? 'missing')
    if (stat === 'missing' && collecting && dirname(file) === automatic) attempt(() => unlinkSync(file))
    if (stat === undefined || stat === 'missing' || !stat.isSymbolicLink()) return
    // Indirect: a link somewhere else that points into the store.
    const indirect = attempt(() => readlinkSync(target))
    const path = indirect === undefined ? undefined : itemOf(layout, resolve(dirname(target), indirect))
    if (path !== undefined) roots.push({ source: target, path })
  }
  const visit = (file: string, kind: Dirent | undefined): void => {
    if (kind === undefined || kind.isDirectory()) {
      const entries = attempt(() => readdirSync(file, { withFileTypes: true })) ?? []
      for (const entry of entries) visit(join(file, entry.name), entry)
    } else if (kind.isSymbolicLink()) follow(file)
    else if (kind.isFile()) {
      // A file with the name of an item keeps it.
      const path = parseStorePath(`${storeDirectory}/${kind.name}`)
      if (path !== undefined) roots.push({ source: file, path })
    }
  }
  visit(join(layout.state, 'gcroots'), undefined)
  visit(join(layout.state, 'profiles'), undefined)
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
  const processes = attempt(() => readdirSync('/proc')) ?? []
  // Of processes that end meanwhile or are somebody else's nothing can be read.
  for (const pid of processes.filter((name) => /^[0-9]+$/.test(name))) {
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
  const { paths } = readTemporaryRoots(layout.state, { ignoreOwn: ignoreOwnRoots })
  return [...linkedRoots(layout), ...temporary(paths), ...runtimeRoots(layout)]
}

function temporary(paths: readonly StorePath[]): Root[] {
  return paths.map((path) => ({ source: '{temporary}', path }))
}

export interface CollectorRoots {
  readonly roots: readonly Root[]
  /** The hash parts of temporary roots: files beside the items whose names begin so are being worked on. */
  readonly busy: ReadonlySet<string>
  release(): void
}

/** The roots for a collector that has locked `gc.lock`: nobody adds any until they are released. */
export function holdRoots(layout: StoreLayout, { ignoreOwnRoots = false } = {}): CollectorRoots {
  const { paths, locks } = readTemporaryRoots(layout.state, { ignoreOwn: ignoreOwnRoots, collecting: true })
  return {
    roots: [...linkedRoots(layout, { collecting: true }), ...temporary(paths), ...runtimeRoots(layout)],
    busy: new Set(paths.map(storePathHashPart)),
    release: () => {
      for (const lock of locks) lock.release()
    },
  }
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
  // No collector may see the root before its link, or it would take the root for a dangling one. In this order the
  // link, once it is there, is a root, whenever this process is killed.
  withoutCollector(layout, () => {
    registerIndirectRoot(layout, absolute)
    switchLink(absolute, target)
  })
}

/** Register LINK, a symbolic link into the store, as an indirect root. */
export function addIndirectRoot(layout: StoreLayout, link: string): void {
  withoutCollector(layout, () => registerIndirectRoot(layout, resolve(link)))
}

function registerIndirectRoot(layout: StoreLayout, link: string): void {
  const name = formatBase32(hashing('sha1', Buffer.from(link)))
  const root = join(layout.state, 'gcroots/auto', name)
  if (attempt(() => readlinkSync(root)) !== link) switchLink(root, link)
}

function withoutCollector(layout: StoreLayout, body: () => void): void {
  const lock = FileLock.acquireBlocking(join(layout.state, 'gc.lock'), 'shared')
  try {
    body()
  } finally {
    lock.release()
  }
}

/** Let LINK point to TARGET: at no time is it missing. */
export function switchLink(link: string, target: string): void {
  try {
    symlinkSync(target, link)
    return
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  removeAbandoned(link)
  const temporaryLink = `${link}.tmp-${process.pid}`
  if (existsLink(temporaryLink)) unlinkSync(temporaryLink)
  symlinkSync(target, temporaryLink)
  renameSync(temporaryLink, link)
}

/** Remove the temporary links of processes that were killed while they switched LINK. */
function removeAbandoned(link: string): void {
  const start = `${basename(link)}.tmp-`
  for (const name of readdirSync(dirname(link))) {
    const pid = name.startsWith(start) ? name.slice(start.length) : ''
    if (/^[0-9]+$/.test(pid) && !existsLink(`/proc/${pid}`)) attempt(() => unlinkSync(join(dirname(link), name)))
  }
}
