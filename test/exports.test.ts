/** Every name that a Scheme module of strata exports is bound once the module is loaded. */
import { readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { createProcessInterpreter } from '../build-side/index.ts'
import { interpreterOptions } from '../runtime/scheme/interpreter.ts'

const root = resolve(import.meta.dirname, '..')

/** Module names by path; `guile/` is part of one module and has none of its own. */
const modules = ['stdlib', 'build-side', 'packages'].flatMap((directory) =>
  readdirSync(join(root, directory), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.scm'))
    .map((entry) => relative(join(root, directory), join(entry.parentPath, entry.name)).replace(/\.scm$/, ''))
    .filter((path) => !path.startsWith('guile/'))
    .map((path) => path.split('/')),
)

test('no module exports a name that it does not define', () => {
  const scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  const unbound = modules.flatMap((name) => {
    const { exports } = scheme.loadModule(name)
    return [...exports]
      .filter(([, variable]) => variable.value === undefined)
      .map(([symbol]) => `(${name.join(' ')}) ${symbol.name}`)
  })
  expect(modules.length).toBeGreaterThan(100)
  expect(unbound).toEqual([])
})
