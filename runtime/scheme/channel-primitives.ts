/** The primitives of (strata channels): the profile of channels in use, and files that profiles are made of. */
import { join } from 'node:path'
import { primitives, string } from '../../lang/primitives/index.ts'
import { list, Pair } from '../../lang/values/index.ts'
import {
  channelDirectories,
  channelsDirectory,
  channelsProfile,
  isModuleView,
  isWholeGuix,
  makeModuleView,
  moduleRoot,
} from '../channels/index.ts'
import { projectDirectory, schemeRoots } from '../project-directory.ts'
import { physicalPath, storeLayout } from '../store/index.ts'
import { schemeString } from './values.ts'

const declare = primitives('(strata channels)')

declare('%channels-profile', [], 'Return the directory of the profile of channels in use, or #f.', () => {
  const profile = channelsProfile()
  return profile === undefined ? false : schemeString(profile)
})

declare(
  '%channel-directories',
  [],
  'Return the directories of the channels in use as (DIRECTORY . SUB-DIRECTORY), the latter empty for all of it.',
  () => list(channelDirectories().map(({ root, below }) => new Pair(schemeString(root), schemeString(below)))),
)

declare('%channels-directory', [], 'Return the directory that profiles of channels are kept in.', () =>
  schemeString(channelsDirectory()),
)

declare('%strata-command', [], 'Return the file name of the program that this is.', () =>
  schemeString(join(projectDirectory(), 'runtime/cli/strata')),
)

declare(
  '%place-of-item',
  [string('item')],
  'Return the file that ITEM of the store, or below, is for other programs.',
  (item) => schemeString(physicalPath(storeLayout(), item.toString())),
)

declare(
  '%make-module-view',
  [string('source'), string('view')],
  'Make the directory VIEW of the modules of SOURCE, a whole Guix channel, that strata uses.',
  (source, view) => makeModuleView(source.toString(), view.toString(), schemeRoots()),
)

declare(
  '%whole-guix?',
  [string('directory')],
  'Return #t when DIRECTORY has the modules of Guix itself.',
  (directory) => isWholeGuix(directory.toString()),
)

declare(
  '%module-root',
  [string('directory')],
  'Return where the modules of DIRECTORY, that a user named, are taken from: itself, or a view of a whole Guix.',
  (directory) => schemeString(moduleRoot(directory.toString(), schemeRoots())),
)

declare('%module-view?', [string('root')], 'Return #t when ROOT is a view of a whole Guix.', (root) =>
  isModuleView(root.toString()),
)
