/** The modules of a whole Guix channel as strata uses them: a directory of links with its package modules in the place of
 *  the own collection's, and of its other modules those that strata does not have. The modules that are the
 *  language of recipes stay strata's own. */
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What takes the place of the own modules of that name. */
const replaced = 'gnu/packages'

/** Make the directory VIEW of links to files below SOURCE, a checkout, beside the modules of ROOTS. */
export function makeModuleView(source: string, view: string, roots: readonly string[]): void {
  mkdirSync(view)
  for (const part of ['gnu', 'guix']) {
    if (existsSync(join(source, part))) addPart(part)
  }

  function addPart(name: string): void {
    const target = join(source, name)
    const own = roots.map((root) => join(root, name)).filter((path) => existsSync(path))
    if (name === replaced || own.length === 0) {
      symlinkSync(target, join(view, name))
      return
    }
    if (!statSync(target).isDirectory()) return
    mkdirSync(join(view, name))
    for (const entry of readdirSync(target)) addPart(`${name}/${entry}`)
  }
}
