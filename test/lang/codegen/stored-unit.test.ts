import { Script } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import {
  compileFile,
  NotEncodable,
  runStoredUnit,
  type StoredUnit,
  sourceOf,
  templateOf,
  type UnitSource,
} from '../../../lang/codegen/index.ts'
import type { Core } from '../../../lang/core/index.ts'
import { execute, UncaughtCondition } from '../../../lang/execution/index.ts'
import { limits } from '../../../lang/execution/machine.ts'
import { Module } from '../../../lang/modules/module.ts'
import { writeString } from '../../../lang/primitives/print.ts'
import { formatSpan } from '../../../lang/source/index.ts'
import { intern } from '../../../lang/values/index.ts'
import { programs } from '../execution/programs.ts'
import { testModule, toCore } from '../execution/scheme.ts'

const prelude = '(define (map* f l) (if (null? l) (list) (cons (f (car l)) (map* f (cdr l)))))'
const normalDepth = limits.depth
afterEach(() => {
  limits.depth = normalDepth
})

/** Each expression's value under a name of its own, so that a file of definitions holds them all. */
function definitions(module: Module): { cores: Core[]; names: string[] } {
  const cores = toCore(prelude, module)
  const names: string[] = []
  for (const program of programs) {
    for (const core of toCore(program, module)) {
      if (core.kind === 'define') cores.push(core)
      else {
        const name = `result-${names.length}`
        names.push(name)
        cores.push({ kind: 'define', module, name: intern(name), value: core })
      }
    }
  }
  return { cores, names }
}

const runnable = (unit: StoredUnit): UnitSource =>
  sourceOf(unit, (code, filename) => new Script(code, { filename }).runInThisContext())

/** Compile to text, load the text into a fresh module, and write the results. */
function throughText(cores: readonly Core[], names: readonly string[], id: string): string[] {
  const unit = compileFile(id, cores, (name) => name)
  const module = testModule()
  runStoredUnit(runnable(unit), (name) => (name.join(' ') === 'test' ? module : new Module(name)))
  return names.map((name) => writeString(module.lookup(intern(name))?.value))
}

describe('a stored unit', () => {
  test('gives what running the forms gives', () => {
    const module = testModule()
    const { cores, names } = definitions(module)
    const text = throughText(cores, names, 'm01')
    for (const core of cores) execute(core)
    expect(text).toEqual(names.map((name) => writeString(module.lookup(intern(name))?.value)))
  })

  test.for([32, 77, 300])('resumes its frames from stored code when the stack is %i words', (depth) => {
    const module = testModule()
    const { cores, names } = definitions(module)
    const expected = throughText(cores, names, `m02${depth}`)
    limits.depth = depth
    expect(throughText(cores, names, `m03${depth}`)).toEqual(expected)
  })

  test('is the same text each time', () => {
    const once = compileFile('m04', definitions(testModule()).cores, (name) => name)
    const again = compileFile('m04', definitions(testModule()).cores, (name) => name)
    expect(again).toEqual(once)
  })

  test('keeps names, parameters and documentation of procedures, and places for backtraces', () => {
    const module = testModule()
    const cores = toCore('(define (broken x)\n  (list 1 (car x)))\n(define (caller x)\n  (list (broken x)))', module)
    throughText(cores, [], 'm05')
    const loaded = testModule()
    const unit = compileFile('m05', cores, (name) => name)
    runStoredUnit(runnable(unit), () => loaded)
    const broken = loaded.lookup(intern('broken'))?.value
    if (typeof broken !== 'function') throw new Error('not a procedure')
    expect(templateOf(broken)).toMatchObject({ name: 'broken', formals: [{ required: ['x'] }] })
    const [call] = toCore('(caller 5)', loaded)
    try {
      if (call !== undefined) execute(call)
      expect.unreachable()
    } catch (error) {
      if (!(error instanceof UncaughtCondition)) throw error
      expect(error.backtrace.map((frame) => frame.procedure)).toEqual(['broken', 'caller', undefined])
      expect(error.span && formatSpan(error.span)).toMatch(/^test\.scm:[12]:/)
    }
  })

  test('cannot hold a procedure as a constant', () => {
    const module = testModule()
    const core: Core = { kind: 'define', module, name: intern('f'), value: { kind: 'const', value: () => 1 } }
    expect(() => compileFile('m06', [core], (name) => name)).toThrow(NotEncodable)
  })
})
