/** Primitives of (strata store) on databases of stores as files, for programs that make whole stores: (guix store
 *  database) is built on them. */
import { placeOf } from '../../build-side/index.ts'
import { StrataError, throwKey } from '../../lang/conditions/index.ts'
import { any, fixnum, parameter, string } from '../../lang/primitives/index.ts'
import { intern, list, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import type { StorePath } from '../formats/index.ts'
import { hashPath, StoreDatabase } from '../store/index.ts'
import { processStore } from './connection.ts'
import { define } from './define.ts'
import { schemeString, textOf, textsOf } from './values.ts'

const database = parameter(
  'database',
  (value: Value): value is StoreDatabase => value instanceof StoreDatabase,
  'database',
)

define('%open-database', [string('file')], 'Open the database in FILE, and make it if there is none.', (file) => {
  // It may be the one of the store.
  processStore().writeWaiting()
  return StoreDatabase.openFile(placeOf(file))
})

define('%close-database', [database], 'Close DATABASE.', (opened) => {
  opened.close()
  return UNSPECIFIED
})

define('%vacuum-database', [database], 'Write DATABASE anew, without unused space.', (opened) => {
  opened.vacuum()
  return UNSPECIFIED
})

define('%database-execute', [database, string('sql')], 'Execute the statements SQL.', (opened, sql) => {
  opened.execute(sql.toString())
  return UNSPECIFIED
})

define(
  '%database-path-id',
  [database, string('path')],
  'Return the number of PATH in DATABASE, or #f.',
  (opened, path) => {
    return opened.pathId(path.toString()) ?? false
  },
)

define(
  '%database-register',
  [database, string('path'), any('references'), any('deriver'), string('hash'), fixnum('nar-size'), fixnum('time')],
  'Register PATH, whose REFERENCES are registered, and return its number.',
  (opened, path, references, deriver, hash, narSize, time) => {
    try {
      opened.register(
        [
          {
            path: path.toString() as StorePath,
            references: textsOf('sqlite-register', 3, references) as StorePath[],
            deriver: deriver === false ? undefined : (textOf('sqlite-register', 4, deriver) as StorePath),
            hash: hash.toString(),
            narSize,
          },
        ],
        time,
      )
    } catch (error) {
      if (!(error instanceof StrataError) || error.kind !== 'invalid-reference') throw error
      const constraint = 19
      return throwKey('sqlite-error', intern('sqlite-step'), constraint, schemeString(error.message))
    }
    return opened.pathId(path.toString()) ?? false
  },
)

define('%nar-sha256', [string('file')], 'Return the SHA-256 of the archive of FILE and the size of that.', (file) => {
  const { hash, size } = hashPath(placeOf(file))
  return list([hash.digest, size])
})
