/** When the compiled code of a file serves another load: of the same text, with the same modules behind it. */

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diagnose, formatDiagnostic } from '../../../lang/conditions/diagnostics.ts'
import { createInterpreter } from '../../../lang/index.ts'
import { memoryStore } from '../../support/code-store.ts'
import { memoryHost, written } from '../../support/language.ts'

const library = join(import.meta.dirname, '../../../stdlib')

/** What EXPRESSION gives in a new process that keeps its code in STORE. */
function run(
  store: ReturnType<typeof memoryStore>,
  files: Readonly<Record<string, string>>,
  loadPath: readonly string[],
  expression: string,
): string {
  const host = memoryHost(files)
  const interpreter = createInterpreter({ host, loadPath: [...loadPath, library], codeStore: store })
  return written(interpreter, interpreter.evaluateText(expression))
}

const recipe = '(define-module (recipe) #:use-module (kind)) (define-public made (kind-of 1))'
const macro = (name: string) =>
  `(define-module (kind) #:export (kind-of)) (define-syntax-rule (kind-of x) (list '${name} x))`

it('code is made anew when a module that it was expanded with is found elsewhere', () => {
  const store = memoryStore()
  const files = { '/c/recipe.scm': recipe, '/one/kind.scm': macro('one'), '/two/kind.scm': macro('two') }
  const made = '(use-modules (recipe)) made'
  expect(run(store, files, ['/one', '/c'], made)).toBe('(one 1)')
  expect(run(store, files, ['/two', '/c'], made)).toBe('(two 1)')
  expect(run(store, files, ['/c', '/one', '/two'], made)).toBe('(one 1)')
  const kept = store.units.size
  expect(run(store, files, ['/c', '/one', '/two'], made)).toBe('(one 1)')
  expect(store.units.size).toBe(kept)
})

it('a copy elsewhere shares code that does not name its place, and its errors name the copy', () => {
  const store = memoryStore()
  const text = "(define-module (broken) #:export (fail))\n(define (fail) (car 'x))"
  const files = { '/one/broken.scm': text, '/two/broken.scm': text }
  const none = {
    modulesExporting: () => [],
    visibleNames: () => [],
    isOwn: () => false,
    shownFile: (name: string) => name,
  }
  const failing = (root: string) => {
    const interpreter = createInterpreter({ host: memoryHost(files), loadPath: [root, library], codeStore: store })
    try {
      interpreter.evaluateText('(use-modules (broken)) (fail)')
    } catch (error) {
      const diagnostic = diagnose(error, none)
      return diagnostic && formatDiagnostic(diagnostic, 'test', { debug: false })
    }
    return 'no error'
  }
  expect(failing('/one')).toContain('/one/broken.scm:2:15')
  const kept = store.units.size
  expect(failing('/two')).toContain('/two/broken.scm:2:15')
  expect(store.units.size).toBe(kept)
})

it('code that names its place serves no copy', () => {
  const store = memoryStore()
  const text = '(define-module (placed) #:export (place)) (define place (current-filename))'
  const files = { '/one/placed.scm': text, '/two/placed.scm': text }
  expect(run(store, files, ['/one'], '(use-modules (placed)) place')).toBe('"/one/placed.scm"')
  expect(run(store, files, ['/two'], '(use-modules (placed)) place')).toBe('"/two/placed.scm"')
  const kept = store.units.size
  expect(run(store, files, ['/one'], '(use-modules (placed)) place')).toBe('"/one/placed.scm"')
  expect(store.units.size).toBe(kept)
})
