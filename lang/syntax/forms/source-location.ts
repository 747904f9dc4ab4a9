/** Forms that say where they stand. */
import { SchemeString } from '../../values/index.ts'
import { constant } from '../build.ts'
import { here, locationAlist } from '../errors.ts'
import { defineForm } from '../native.ts'

const guile = '(guile)'

defineForm(guile, 'current-source-location', 'Return where this form stands: an alist, or #f.', () =>
  constant(here.span === undefined ? false : locationAlist(here.span)),
)
defineForm(guile, 'current-filename', 'Return the name of the file this form stands in, or #f.', () =>
  constant(here.span === undefined ? false : new SchemeString(here.span.source.name, true)),
)
