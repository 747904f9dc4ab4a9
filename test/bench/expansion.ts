/** Expanding alone, in microseconds for a pair of the source: modules of the standard library. Each
 *  figure is the best of ten rounds in one process. Arguments: modules of the standard library, as `srfi/srfi-1`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createProcessInterpreter } from '../../build-side/index.ts'
import { DatumReader } from '../../lang/reader/index.ts'
import { SourceFile } from '../../lang/source/index.ts'
import { expandTopLevel } from '../../lang/syntax/index.ts'
import { Pair, type Value } from '../../lang/values/index.ts'
import { interpreterOptions } from '../../runtime/scheme/interpreter.ts'

const stdlib = join(import.meta.dirname, '../../stdlib')
const named = process.argv.slice(2)
/** Ordinary code, then what is dense with `match`. */
const files =
  named.length > 0 ? named : ['srfi/srfi-1', 'guix/utils', 'texinfo', 'ice-9/regex', 'guix/gexp', 'guix/derivations']

function formsOf(file: string): Value[] {
  const reader = new DatumReader(new SourceFile(file, readFileSync(file, 'utf8')), {})
  const forms: Value[] = []
  for (let result = reader.next(); result.kind === 'datum'; result = reader.next()) forms.push(result.datum)
  return forms
}
function countPairs(value: Value): number {
  let count = 0
  for (let rest = value; rest instanceof Pair; rest = rest.cdr) count += 1 + countPairs(rest.car)
  return count
}

const interpreter = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
for (const name of files) {
  const [, ...forms] = formsOf(join(stdlib, `${name}.scm`))
  const pairs = forms.reduce((sum: number, form) => sum + countPairs(form), 0)
  // Its macros call procedures of the module.
  const module = interpreter.loadModule(name.split('/'))
  const times = interpreter.enter(() =>
    Array.from({ length: 10 }, () => {
      const start = process.cpuUsage()
      for (const form of forms) expandTopLevel(form, module)
      const { user, system } = process.cpuUsage(start)
      return user + system
    }),
  )
  console.log(
    `${name.padEnd(20)} ${String(pairs).padStart(6)} pairs  ${(Math.min(...times) / pairs).toFixed(2)} us a pair`,
  )
}
