/** Which directories the collection of a command is in, in the order of (gnu packages): those that the user names,
 *  those of channels, strata's own. */
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { channelDirectories, isModuleView, moduleRoot } from '../channels/index.ts'
import { projectDirectory, schemeRoots } from '../project-directory.ts'
import type { CollectionDirectory } from './module-files.ts'

/** The directories with LOADPATH's before the others. */
export function collectionDirectories(loadPath: readonly string[]): CollectionDirectory[] {
  const further = (process.env.GUIX_PACKAGE_PATH ?? '').split(delimiter).filter((directory) => directory !== '')
  const own = schemeRoots()
  const given = [
    ...[...loadPath, ...further].map((directory) => {
      const root = moduleRoot(resolve(directory), own)
      return { root, below: isModuleView(root) ? 'gnu/packages' : '' }
    }),
    ...channelDirectories(),
  ]
  // A collection from its bootstrap on stands in the place of the own one.
  if (given.some(({ root }) => existsSync(join(root, 'gnu/packages/commencement.scm')))) return given
  return [...given, { root: join(projectDirectory(), 'packages'), below: 'gnu/packages' }]
}
