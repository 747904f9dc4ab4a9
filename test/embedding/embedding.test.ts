/** The embedding interface: conversions, calls both ways, errors, promises, limits, independence. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createInterpreter,
  SchemeError,
  SchemeExit,
  SchemeObject,
  SchemeTimeout,
  type SchemeValue,
} from '../../runtime/embedding/index.ts'

const scheme = createInterpreter()

function failure(action: () => unknown): SchemeError {
  try {
    action()
  } catch (error) {
    if (error instanceof SchemeError) return error
    throw error
  }
  throw new Error('there was no error')
}

describe('conversions', () => {
  test.each<[string, SchemeValue]>([
    ['42', 42],
    ['(expt 2 60)', 2n ** 60n],
    ['1.5', 1.5],
    ['"text"', 'text'],
    ['#\\λ', 'λ'],
    ["'name", Symbol.for('name')],
    ['#t', true],
    ['(if #f #f)', undefined],
    ["'()", []],
    ["'(1 (2 #(3)))", [1, [2, [3]]]],
    ['(values 1 2)', [1, 2]],
    ['#vu8(1 2)', new Uint8Array([1, 2])],
    ['(let ((table (make-hash-table))) (hash-set! table "key" 1) table)', new Map([['key', 1]])],
  ])('%s', (text, value) => {
    expect(scheme.evaluate(text)).toEqual(value)
  })

  test('what has no counterpart comes back as itself', () => {
    const port = scheme.evaluate('(define port (current-output-port)) port')
    expect(port).toBeInstanceOf(SchemeObject)
    expect(String(port)).toMatch(/^#<output: /)
    const same = createInterpreter().procedure(['guile'], 'eq?')
    expect(same(port, port)).toBe(true)
    const circular = scheme.evaluate('(let ((l (list 1 2))) (set-cdr! (cdr l) l) l)')
    expect(String(circular)).toBe('#0=(1 2 . #0#)')
  })

  test('procedures that cross and come back are the same', () => {
    const identity = scheme.procedure(['guile'], 'identity')
    const f = (x: SchemeValue): SchemeValue => x
    expect(identity(f)).toBe(f)
    expect(scheme.procedure(['guile'], 'identity')).toBe(identity)
  })

  const leaf = fc.oneof(
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Number.isInteger(x)),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(undefined),
    fc.uint8Array(),
    fc.string({ minLength: 1 }).map((name) => Symbol.for(name)),
  )
  const value = fc.letrec<{ value: SchemeValue }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'))),
  })).value

  test('a value that goes through Scheme is equal', () => {
    const identity = scheme.procedure(['guile'], 'identity')
    fc.assert(
      fc.property(value, (x) => {
        expect(identity(x)).toEqual(x)
      }),
    )
  })
})

describe('host procedures', () => {
  test('check the number and the types of their arguments', () => {
    scheme.define(
      'area',
      ['number', 'number', { optional: 'string' }],
      (a, b, unit) => `${Number(a) * Number(b)}${unit ?? ''}`,
    )
    expect(scheme.evaluate('(area 2 3/2 "m")')).toBe('3m')
    const wrong = failure(() => scheme.evaluate('(list\n (area 1 "2"))', 'wrong.scm'))
    expect(wrong.kind).toBe('wrong-type-arg')
    expect(wrong.message).toBe('In procedure area: Wrong type argument in position 2 (expecting real number): "2"')
    expect(wrong.place).toEqual({ file: 'wrong.scm', line: 2, column: 1 })
    expect(wrong.report).toContain('    2 |  (area 1 "2"))\n         ^')
    expect(failure(() => scheme.evaluate('(area 1)')).kind).toBe('wrong-number-of-args')
  })

  test('raise what they throw, which Scheme can handle and the embedder finds as the cause', () => {
    const cause = new Error('disk full')
    scheme.define('save', [], () => {
      throw cause
    })
    expect(scheme.evaluate("(catch 'host-error save (lambda (key who message args . _) (list who args)))")).toEqual([
      'save',
      ['disk full'],
    ])
    const error = failure(() => scheme.evaluate('(save)'))
    expect(error.message).toBe('In procedure save: disk full')
    expect(error.cause).toBe(cause)
  })

  test('call back, and are left by escapes', () => {
    scheme.define('each', ['procedure', 'list'], (f, items) => items.map((item) => f(item)))
    expect(scheme.evaluate('(each 1+ (list 1 2))')).toEqual([2, 3])
    expect(
      scheme.evaluate(
        '(call-with-escape-continuation (lambda (k) (each (lambda (x) (if (= x 2) (k (list "found" x)) x)) (list 1 2 3))))',
      ),
    ).toEqual(['found', 2])
    expect(failure(() => scheme.evaluate('(each car (list 5))')).message).toContain('In procedure car')
  })

  test('live in a module when asked', () => {
    scheme.define('version', [], () => '1.0', { module: ['my', 'host'], doc: 'Return the version.' })
    expect(scheme.evaluate('(use-modules (my host)) (version)')).toBe('1.0')
    expect(scheme.evaluate('(procedure-documentation version)')).toBe('Return the version.')
  })
})

describe('errors', () => {
  test('carry the condition', () => {
    const error = failure(() => scheme.evaluate('(throw \'my-key 1 "two")'))
    expect(error).toMatchObject({ kind: 'my-key', args: [1, 'two'] })
    const kind = scheme.procedure(['guile'], 'exception-kind')
    expect(kind(error.condition)).toBe(Symbol.for('my-key'))
  })

  test('carry hints', () => {
    expect(failure(() => scheme.evaluate('(fold + 0 (list 1))')).hints).toEqual(['(use-modules (srfi srfi-1))'])
    expect(failure(() => scheme.evaluate('(display')).kind).toBe('read-error')
    expect(failure(() => scheme.evaluate('(if)')).kind).toBe('syntax-error')
    expect(failure(() => scheme.lookup(['guile'], 'no-such-thing')).kind).toBe('unbound-variable')
  })

  test('(exit) throws its status', () => {
    expect(() => scheme.evaluate('(exit 4)')).toThrow(expect.objectContaining({ name: 'SchemeExit', status: 4 }))
    expect(() => scheme.evaluate('(exit)')).toThrow(SchemeExit)
  })
})

describe('promises', () => {
  const waiting = createInterpreter()
  waiting.defineAsync('slowly', ['any'], async (value) => {
    await new Promise((resolve) => setImmediate(resolve))
    if (value === 13) throw new Error('bad luck')
    return value
  })

  test('Scheme waits for them in the middle of its calls', async () => {
    const program = `(define (sum items)
                       (if (null? items) 0 (+ (slowly (car items)) (sum (cdr items)))))
                     (dynamic-wind (lambda () #f) (lambda () (sum (list 1 2 3))) (lambda () #f))`
    expect(await waiting.evaluateAsync(program)).toBe(6)
  })

  test('a rejection is a condition', async () => {
    expect(await waiting.evaluateAsync('(catch #t (lambda () (slowly 13)) (lambda (key . args) key))')).toBe(
      Symbol.for('host-error'),
    )
    await expect(waiting.evaluateAsync('(slowly 13)')).rejects.toThrow('In procedure slowly: bad luck')
  })

  test('several evaluations wait at once', async () => {
    const results = [1, 2, 3].map((n) => waiting.evaluateAsync(`(list (slowly ${n}) (slowly ${n * 10}))`))
    expect(await Promise.all(results)).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ])
  })

  test('without an asynchronous evaluation there is an error', () => {
    expect(() => waiting.evaluate('(slowly 1)')).toThrow('only an asynchronous evaluation can wait for a promise')
  })
})

describe('limits', () => {
  test('a program that takes too long is stopped, and the interpreter lives on', () => {
    const limited = createInterpreter({ limits: { time: 2000 } })
    expect(() => limited.evaluate('(let loop () (loop))')).toThrow(SchemeTimeout)
    expect(limited.evaluate('(+ 1 2)')).toBe(3)
  })

  test('deep recursion is an error past the limit, and none before', () => {
    const limited = createInterpreter({ limits: { depth: 50_000 } })
    limited.evaluate('(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))')
    expect(limited.evaluate('(count 20000)')).toBe(20_000)
    expect(failure(() => limited.evaluate('(count 10000000)')).kind).toBe('stack-overflow')
    expect(scheme.evaluate('(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1))))) (count 200000)')).toBe(200_000)
  })
})

test('interpreters share no bindings, ports or modules', () => {
  const printed = [0, 1].map(() => [] as string[])
  const [one, two] = printed.map((lines) => createInterpreter({ output: (text) => lines.push(text), input: '(datum)' }))
  one?.evaluate('(define shared 1) (display "one")')
  two?.evaluate('(display "two")')
  two?.define('call-one', [], () => one?.evaluate('(display "inner") shared'))
  expect(two?.evaluate('(begin (display "before ") (let ((x (call-one))) (display "after") x))')).toBe(1)
  expect(printed.map((lines) => lines.join(''))).toEqual(['oneinner', 'twobefore after'])
  expect(() => two?.evaluate('shared')).toThrow('Unbound variable: shared')
  expect(one?.evaluate('(read)')).toEqual([Symbol.for('datum')])
})
