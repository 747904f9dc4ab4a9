/** The package as others install it: packed, unpacked into node_modules of a project elsewhere, type-checked and run
 *  with a plain `node`. The examples of lang/README.md are such projects. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const project = mkdtempSync(join(tmpdir(), 'strata-consumer-'))
afterAll(() => rmSync(project, { recursive: true }))

beforeAll(() => {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const name = /"filename": *"([^"]+)"/.exec(packed)?.[1] ?? ''
  const target = join(project, 'node_modules/strata')
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', join(project, name), '-C', target, '--strip-components=1'])
  mkdirSync(join(project, 'node_modules/@types'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'))
  symlinkSync(join(root, 'node_modules/undici-types'), join(project, 'node_modules/undici-types'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'esnext',
        lib: ['esnext', 'dom'],
        module: 'nodenext',
        types: ['node'],
        strict: true,
        noEmit: true,
        noUncheckedIndexedAccess: true,
      },
      include: ['*.ts'],
    }),
  )
})

const examples = [...readFileSync(join(root, 'lang/README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, text = ''], index) => ({ file: `example-${index + 1}.ts`, text }),
)

describe('an example of the README', () => {
  test.each(examples)('$file prints what it says', ({ file, text }) => {
    writeFileSync(join(project, file), text)
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { cwd: project, encoding: 'utf8' })
    expect(stderr).toBe('')
    const expected = [...text.matchAll(/\/\/=> (.*)/g)].map((match) => match[1])
    expect(expected.length).toBeGreaterThan(0)
    expect(stdout.trimEnd().split('\n')).toEqual(expected)
    expect(status).toBe(0)
  })

  test('passes the type checker, which finds mistakes', () => {
    const wrong = `import { createInterpreter } from 'strata'
const scheme = createInterpreter()
// @ts-expect-error: a string is no number
scheme.define('f', ['string'], (text) => text.toFixed(2))
// @ts-expect-error: there is no such type
scheme.define('g', ['strung'], () => 1)
// @ts-expect-error: a value that Scheme cannot have
scheme.define('h', [], () => new Date())
const { derivation } = await import('strata/browser')
// @ts-expect-error: the request is not complete
derivation({ name: 'x' })
`
    writeFileSync(join(project, 'wrong.ts'), wrong)
    const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })
})

test('the installed command runs', () => {
  const command = join(project, 'node_modules/strata/runtime/cli/strata')
  const { stdout } = spawnSync(command, ['-c', '(use-modules (srfi srfi-1)) (display (fold + 0 (list 1 2 3)))'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` },
  })
  expect(stdout).toBe('6')
})
