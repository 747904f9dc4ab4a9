/** Nothing that Guile's modules export is missing, but for what allowed.txt lists with the reason; and all that it
 *  lists is missing. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProcessInterpreter } from '../../build-side/index.ts'
import { resolveModule } from '../../lang/modules/index.ts'
import { DatumReader } from '../../lang/reader/index.ts'
import { SourceFile } from '../../lang/source/index.ts'
import { listToArray, SchemeSymbol, type Value } from '../../lang/values/index.ts'
import { interpreterOptions } from '../../runtime/scheme/interpreter.ts'

const here = import.meta.dirname
const environment = { ...process.env, GUILE_AUTO_COMPILE: '0', GUILE_WARN_DEPRECATED: 'no' }
const listed = spawnSync('guile', ['--no-auto-compile', join(here, 'list-exports.scm')], {
  env: environment,
  encoding: 'utf8',
  maxBuffer: 1 << 26,
})
if (listed.error !== undefined) console.warn('guile-exports: skipped, guile is not installed')

/** `(module) name ...` lines: the module's name, and names or `*`. */
function parseAllowed(text: string): Map<string, Set<string>> {
  const allowed = new Map<string, Set<string>>()
  for (const line of text.split('\n')) {
    const match = /^(\([^)]*\)) (.*)$/.exec(line)
    if (match === null) continue
    const [, module = '', names = ''] = match
    allowed.set(module, new Set([...(allowed.get(module) ?? []), ...names.split(' ')]))
  }
  return allowed
}

function* data(text: string): Generator<Value> {
  const reader = new DatumReader(new SourceFile('exports', text))
  for (let result = reader.next(); result.kind === 'datum'; result = reader.next()) yield result.datum
}

test.runIf(listed.error === undefined)('what Guile exports is here, or listed as not', () => {
  const allowed = parseAllowed(readFileSync(join(here, 'allowed.txt'), 'utf8'))
  const scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  const missing: string[] = []
  const needless: string[] = []
  let compared = 0
  scheme.enter(() => {
    for (const datum of data(listed.stdout)) {
      const [name, ...exports] = listToArray(datum) ?? []
      const parts = (listToArray(name) ?? []).map((part) => (part instanceof SchemeSymbol ? part.name : String(part)))
      const key = `(${parts.join(' ')})`
      const except = allowed.get(key)
      const found = resolveModule(parts)?.publicInterface
      if (except?.has('*') === true) {
        if (found !== undefined) needless.push(`${key} *`)
        continue
      }
      if (found === undefined) missing.push(key)
      for (const symbol of exports) {
        if (!(symbol instanceof SchemeSymbol) || found === undefined) continue
        compared++
        // Names that Guile's own macros made up.
        if (/^t-[0-9a-f]+-/.test(symbol.name)) continue
        const absent = found.lookup(symbol) === undefined
        const listed = except?.has(symbol.name) === true
        if (absent && !listed) missing.push(`${key} ${symbol.name}`)
        if (!absent && listed) needless.push(`${key} ${symbol.name}`)
      }
    }
  })
  expect(compared).toBeGreaterThan(4000)
  expect(missing).toEqual([])
  expect(needless).toEqual([])
})
