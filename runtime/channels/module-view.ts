/** The modules of a whole Guix, a channel or a checkout, as strata uses them: a directory of links with its package modules
 *  in the place of the own collection's, and of its other modules those that strata does not have. The modules that
 *  are the language of recipes stay strata's own. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { storeLayout } from '../store/index.ts'

/** What takes the place of the own modules of that name. */
const replaced = 'gnu/packages'

/** Whether DIRECTORY has the modules of Guix itself. */
export function isWholeGuix(directory: string): boolean {
  return existsSync(join(directory, replaced)) && existsSync(join(directory, 'guix/packages.scm'))
}

/** Where the modules of DIRECTORY are taken from, which a user named with -L or in GUIX_PACKAGE_PATH: itself or, for a
 *  whole Guix, a view of it beside the modules of ROOTS, kept in the cache. */
export function moduleRoot(directory: string, roots: readonly string[]): string {
  if (!isWholeGuix(directory)) return directory
  const views = join(storeLayout().cache, 'views')
  const source = createHash('sha256')
    .update(`${directory}\n${roots.join('\n')}`)
    .digest('hex')
    .slice(0, 16)
  const view = join(views, `${source}-${stateOf(directory, roots)}`)
  if (existsSync(view)) return view
  try {
    mkdirSync(views, { recursive: true })
    const temporary = mkdtempSync(join(views, '.new-'))
    makeModuleView(directory, join(temporary, 'view'), roots)
    renameSync(join(temporary, 'view'), view)
    rmSync(temporary, { recursive: true })
    for (const name of readdirSync(views)) {
      if (name.startsWith(`${source}-`) && join(views, name) !== view) rmSync(join(views, name), { recursive: true })
    }
  } catch {
    // Another process was faster, or there is no cache to write to.
  }
  return existsSync(view) ? view : directory
}

/** Whether ROOT is a view that `moduleRoot` made. */
export function isModuleView(root: string): boolean {
  return dirname(root) === join(storeLayout().cache, 'views')
}

/** What changes when the directories that a view of SOURCE was made from do. */
function stateOf(source: string, roots: readonly string[]): string {
  const hash = createHash('sha256')
  const visit = (name: string): void => {
    const directory = join(source, name)
    const stat = statSync(directory, { bigint: true, throwIfNoEntry: false })
    hash.update(`${name} ${stat?.mtimeNs}\n`)
    if (stat === undefined || !stat.isDirectory() || name === replaced || !isOwn(name, roots)) return
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) visit(`${name}/${entry.name}`)
    }
  }
  for (const part of ['gnu', 'guix']) visit(part)
  return hash.digest('hex').slice(0, 16)
}

function isOwn(name: string, roots: readonly string[]): boolean {
  return roots.some((root) => existsSync(join(root, name)))
}

/** Make the directory VIEW of links to files below SOURCE, a checkout, beside the modules of ROOTS. */
export function makeModuleView(source: string, view: string, roots: readonly string[]): void {
  mkdirSync(view)
  for (const part of ['gnu', 'guix']) {
    if (existsSync(join(source, part))) addPart(part)
  }

  function addPart(name: string): void {
    const target = join(source, name)
    if (name === replaced || !isOwn(name, roots)) {
      symlinkSync(target, join(view, name))
      return
    }
    if (!statSync(target).isDirectory()) return
    mkdirSync(join(view, name))
    for (const entry of readdirSync(target)) addPart(`${name}/${entry}`)
  }
}
