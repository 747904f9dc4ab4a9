/** What a program that embeds strata writes to standard error is its own: the warnings of Node about parts of it that
 *  strata uses are not shown, those of others are. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const library = resolve(import.meta.dirname, '../../dist/index.mjs')

test("strata's use of node:ffi is not announced, other warnings are", () => {
  const program = `
    import { createInterpreter, loadCollection } from ${JSON.stringify(library)}
    const collection = await loadCollection()
    collection.find('hello')
    collection.derivation(collection.package('hello'))
    createInterpreter().evaluate("(use-modules (system foreign)) (sizeof int) (system* \\"true\\")")
    process.emitWarning('of the program')
    collection.close()`
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  expect(stderr).toContain('Warning: of the program')
  expect(stderr).not.toContain('ExperimentalWarning')
  expect(status).toBe(0)
})
