/** Which version of the program compiled code is for, and where what was shipped compiled is. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export function codeDirectory(): string {
  return join(dirname(fileURLToPath(import.meta.url)), 'code')
}

/** Undefined when the program runs from its sources, which may change at any time: nothing is kept then. */
export function codeVersion(): string | undefined {
  const file = join(codeDirectory(), 'version')
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** Which version of the program, its Scheme modules included, an index of a collection was made by. */
export function indexVersion(): string | undefined {
  const version = codeVersion()
  // Written anew with each bundle.
  return version === undefined ? undefined : `${version} ${statSync(join(codeDirectory(), 'version')).mtimeMs}`
}
