import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { execute, UncaughtCondition } from '../../../lang/execution/index.ts'
import { limits } from '../../../lang/execution/machine.ts'
import { writeString } from '../../../lang/primitives/print.ts'
import { programs } from './programs.ts'
import { run, testModule, toCore } from './scheme.ts'

const prelude = '(define (map* f l) (if (null? l) (list) (cons (f (car l)) (map* f (cdr l)))))'
const normalDepth = limits.depth
afterEach(() => {
  limits.depth = normalDepth
})

/** What each expression writes. */
function results(): string[] {
  const module = testModule()
  run(prelude, module)
  const lines: string[] = []
  for (const program of programs) {
    for (const core of toCore(program, module)) {
      let text: string
      try {
        text = writeString(execute(core))
      } catch (error) {
        if (!(error instanceof UncaughtCondition)) throw error
        text = `uncaught ${writeString(error.args)}`
      }
      if (core.kind !== 'define') lines.push(`${program} => ${text}`)
    }
  }
  return lines
}

function guileResults(): string[] | undefined {
  const script = [prelude, ...programs].map((program) => {
    if (program.startsWith('(define')) return program
    return `(begin (display ${JSON.stringify(program)}) (display " => ") (write ${program}) (newline))`
  })
  try {
    return execFileSync('guile', ['--no-auto-compile', '-c', script.join('\n')], { encoding: 'utf8' })
      .trim()
      .split('\n')
  } catch {
    console.log('skipped: guile is not installed')
    return undefined
  }
}

describe('executing core forms', () => {
  const expected = guileResults()

  test.skipIf(expected === undefined)('gives what Guile gives', () => {
    expect(results()).toEqual(expected)
  })

  // A low limit makes every few calls leave the stack: each site is saved and resumed.
  test.skipIf(expected === undefined).for([32, 50, 77, 130, 300])(
    'gives the same when the stack is %i words',
    (depth) => {
      limits.depth = depth
      expect(results()).toEqual(expected)
    },
  )
})
