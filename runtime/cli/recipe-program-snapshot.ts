/** The entry of the start-up snapshot for Scheme programs that name modules of Guix: what nearly all of them use is
 *  loaded already. */
import { saveProgramStart } from './program-start.ts'
import { snapshotEnvironment } from './snapshot-environment.ts'

saveProgramStart(
  [
    ['guix', 'packages'],
    ['guix', 'gexp'],
    ['guix', 'store'],
    ['guix', 'derivations'],
    ['guix', 'monads'],
    ['guix', 'utils'],
    ['guix', 'licenses'],
    ['guix', 'download'],
    ['guix', 'git-download'],
    ['guix', 'build-system', 'gnu'],
  ],
  snapshotEnvironment,
)
