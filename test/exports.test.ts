/** Every name that a Scheme module of strata exports is bound once the module is loaded, and so is every name that its
 *  code mentions. */
import { readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { createProcessInterpreter } from '../build-side/index.ts'
import { type Core, children } from '../lang/core/index.ts'
import type { Interpreter } from '../lang/index.ts'
import { expandTopLevel, syntaxToDatum } from '../lang/syntax/index.ts'
import { listToArray, Pair, SchemeSymbol } from '../lang/values/index.ts'
import { interpreterOptions } from '../runtime/scheme/interpreter.ts'

const root = resolve(import.meta.dirname, '..')

/** Module names by path; `guile/` is part of one module and has none of its own. */
const modules = ['stdlib', 'build-side', 'packages'].flatMap((directory) =>
  readdirSync(join(root, directory), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.scm'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path,
      name: relative(join(root, directory), path)
        .replace(/\.scm$/, '')
        .split('/'),
    }))
    .filter(({ name }) => name[0] !== 'guile'),
)

test('no module exports a name that it does not define', () => {
  const scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  const unbound = modules.flatMap(({ name }) => {
    const { exports } = scheme.loadModule(name)
    return [...exports]
      .filter(([, variable]) => variable.value === undefined)
      .map(([symbol]) => `(${name.join(' ')}) ${symbol.name}`)
  })
  expect(modules.length).toBeGreaterThan(100)
  expect(unbound).toEqual([])
})

/** Forms that say what a module is, or whose expansion defines what was defined when the module was loaded. */
const declaring = new Set(['define-module', 'define-library', 'define-record-type', 'define-syntax'])

/** The names in the file at PATH, of the module NAME, that have no value there. */
function unboundNames(scheme: Interpreter, name: readonly string[], path: string): Iterable<string> {
  const module = scheme.loadModule(name)
  const unbound = new Set<string>()
  const examine = (core: Core): void => {
    if (core.kind === 'global' || core.kind === 'global-set') {
      if (core.module.lookup(core.name)?.value === undefined) unbound.add(`(${name.join(' ')}) ${core.name.name}`)
    }
    for (const child of children(core)) examine(child)
  }
  scheme.evaluateText('(set-current-module (resolve-module (quote (guile-user))))')
  const forms = scheme.evaluateText(`(call-with-input-file ${JSON.stringify(path)}
    (lambda (port)
      (let loop ((forms '()))
        (let ((form (read-syntax port)))
          (if (eof-object? form) (reverse forms) (loop (cons form forms)))))))`)
  scheme.enter(() => {
    for (const form of listToArray(forms) ?? []) {
      const datum = syntaxToDatum(form)
      const head = datum instanceof Pair && datum.car instanceof SchemeSymbol ? datum.car.name : ''
      if (!declaring.has(head)) examine(expandTopLevel(form, module))
    }
  })
  return unbound
}

test('no module mentions a name that nothing defines', () => {
  const scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  const unbound = modules.flatMap(({ name, path }) => [...unboundNames(scheme, name, path)])
  expect(unbound).toEqual([])
}, 120_000)
