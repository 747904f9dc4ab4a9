/** G-expressions against real Guix 1.4: builder texts, derivations and store paths come out equal (fixtures/gexp.json
 *  and, of combinations, fixtures/gexp-combinations.json). */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProcessInterpreter } from '../../../build-side/index.ts'
import type { Interpreter } from '../../../lang/index.ts'
import { closeStores } from '../../../runtime/scheme/index.ts'
import { interpreterOptions } from '../../../runtime/scheme/interpreter.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { readVectors, type Vector } from '../../support/vectors.ts'

const vectors = readVectors('gexp.json')
const combinations = readVectors('gexp-combinations.json')

/** Guix cannot lower a system binding inside `with-parameters'; strata can. */
const refused = vectors.cases.filter((v: Vector) => v.error !== undefined && v.id !== 'with-parameters-let-system')

/** Imported modules are compiled by a derivation of Guix's own texts there; strata's interpreter needs none. */
const compilesModules = (v: Vector): boolean => JSON.stringify(v).includes('module-import-compiled')

let directory: string
let scheme: Interpreter

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-gexp-'))
  process.env.STRATA_ROOT = join(directory, 'root')
  for (const [name, file] of Object.entries<Vector>(vectors.files)) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    if (file.symlink !== undefined) symlinkSync(file.symlink, path)
    else {
      writeFileSync(path, file.text)
      chmodSync(path, Number.parseInt(file.mode, 8))
    }
  }
  scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  scheme.evaluateText(
    `(use-modules (guix store) (guix derivations) (guix gexp) (guix monads) (guix packages) (guix build-system)
                  (guix utils) (guix base16) (srfi srfi-1) (rnrs bytevectors))
     (define store (open-connection))
     (%graft? #f)
     ${vectors.prelude.join('\n')}
     (define (result lowered)
       (if (derivation? lowered) (derivation-file-name lowered) lowered))
     (define (run mvalue)
       (run-with-store store mvalue #:system "x86_64-linux" #:guile-for-build guile))`,
    'prelude',
  )
})

afterAll(() => {
  closeStores()
  removeTree(directory)
})

function evaluate(v: Vector): string {
  const expression = v.expression.replaceAll('FILES', directory)
  const options = (v.options ?? '').replaceAll('FILES', directory)
  const text =
    v.kind === 'gexp'
      ? `(result (run (gexp->derivation "g-${v.id}" ${expression} #:guile-for-build guile ${options})))`
      : `(result (run (lower-object ${expression} "x86_64-linux")))`
  return String(scheme.evaluateText(text, v.id))
}

describe('gexps of real Guix', () => {
  test.each<Vector>(vectors.cases.filter((v: Vector) => v.error === undefined && !compilesModules(v)))('$id', (v) => {
    const path = evaluate(v)
    const physical = (item: string): string => join(directory, 'root', item)
    if (v.builderFile !== undefined && vectors.store[v.drvPath] !== undefined) {
      const aterm = readFileSync(physical(path), 'utf8')
      const builder = /"(\/gnu\/store\/[^"]*-(?:builder|my-script))"\],\[/.exec(aterm)?.[1]
      if (builder !== undefined) expect(readFileSync(physical(builder), 'utf8')).toBe(v.builderText)
      expect(aterm).toBe(vectors.store[v.drvPath].text)
    }
    expect(path).toBe(v.drvPath ?? v.path)
  })

  test.each<Vector>(
    vectors.cases.filter((v: Vector) => v.error === undefined && compilesModules(v)),
  )('$id: the builder of code with imported modules', (v) => {
    const aterm = readFileSync(join(directory, 'root', evaluate(v)), 'utf8')
    const builder = /"(\/gnu\/store\/[^"]*-builder)"\],\[/.exec(aterm)?.[1] ?? ''
    expect(readFileSync(join(directory, 'root', builder), 'utf8')).toBe(v.builderText)
    expect(builder).toBe(v.builderFile)
  })

  test.each<Vector>(combinations.cases)('$id', (v) => {
    expect(evaluate(v)).toBe(v.path)
  })

  test.each<Vector>(refused)('$id is refused', (v) => {
    expect(() => evaluate(v)).toThrow()
  })
})
