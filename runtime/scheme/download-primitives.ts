/** The primitives of (strata downloads): which mirrors this user and this machine are set up for. */
import { primitives, string } from '../../lang/primitives/index.ts'
import { preferredMirrors } from '../downloads/index.ts'
import { schemeStrings } from './values.ts'

primitives('(strata downloads)')(
  '%preferred-mirrors',
  [string('name')],
  'Return the base addresses for mirror://NAME/ that the user or the configuration of apt or npm names, best first.',
  (name) => schemeStrings(preferredMirrors(name.toString())),
)
