/** (json), beside JavaScript's own JSON. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SchemeString, type Value } from '../../lang/values/index.ts'
import { testInterpreter, written } from '../support/language.ts'

const scheme = testInterpreter()
scheme.evaluateText('(use-modules (json))')
const call = (expression: string, ...args: Value[]): Value => {
  const procedure = scheme.evaluateText(expression)
  if (typeof procedure !== 'function') throw new Error('not a procedure')
  return scheme.call(procedure, ...args)
}
const evaluate = (text: string): string => written(scheme, scheme.evaluateText(text))

test('every document reads and is written again with the same meaning', () => {
  const again = '(lambda (text) (scm->json-string (json-string->scm text #:ordered #t)))'
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.boolean(), (value, pretty) => {
      const text = JSON.stringify(value, undefined, pretty ? 2 : 0)
      expect(JSON.parse(String(call(again, new SchemeString(text))))).toEqual(JSON.parse(text))
    }),
    { numRuns: 200 },
  )
})

test('what JavaScript refuses is json-invalid', () => {
  const accepts = "(lambda (text) (catch 'json-invalid (lambda () (json-string->scm text) #t) (lambda _ #f)))"
  const fragment = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    '-',
    '0',
    '.5',
    'e3',
    'null',
    'tru',
    ' ',
    '"',
    '\\',
  )
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 7 }), (parts) => {
      const text = parts.join('')
      const isJson = (() => {
        try {
          JSON.parse(text)
          return true
        } catch {
          return false
        }
      })()
      expect(call(accepts, new SchemeString(text))).toBe(isJson)
    }),
    { numRuns: 300 },
  )
})

test('objects are alists, arrays vectors, null a symbol or what is asked for', () => {
  const text = '"{\\"a\\": [1, 2.5, null], \\"b\\": true}"'
  expect(evaluate(`(json-string->scm ${text} #:ordered #t)`)).toBe('(("a" . #(1 2.5 null)) ("b" . #t))')
  expect(evaluate(`(json-string->scm ${text} #:null #nil)`)).toBe('(("b" . #t) ("a" . #(1 2.5 #nil)))')
  expect(evaluate('(scm->json-string \'((x . "é/") (y . #(1/2 #f)) (z)) #:unicode #t #:solidus #t)')).toBe(
    JSON.stringify('{"x":"\\u00e9\\/","y":[0.5,false],"z":{}}'),
  )
  expect(evaluate('(json-seq-string->scm (scm->json-seq-string \'(1 "a" #(2))))')).toBe('(1 "a" #(2))')
})

test('records are made of objects and back', () => {
  scheme.evaluateText(`(define-json-type <point> (x) (y "why"))
    (define-json-type <shape> (name) (center "center" <point>) (points "points" #(<point>)))
    (define-json-mapping <user> make-user user? json->user <=> user->json (id user-id) (tags user-tags "t" vector->list list->vector))
    (define shape (json->shape "{\\"name\\":\\"s\\",\\"center\\":{\\"x\\":1,\\"why\\":2},\\"points\\":[{\\"x\\":3}]}"))`)
  expect(evaluate('(list (point-y (shape-center shape)) (map point-x (shape-points shape)))')).toBe('(2 (3))')
  expect(JSON.parse(String(scheme.evaluateText('(shape->json shape)')))).toEqual({
    name: 's',
    center: { x: 1, why: 2 },
    points: [{ x: 3 }],
  })
  expect(evaluate('(user-tags (json->user "{\\"t\\":[1,2]}"))')).toBe('(1 2)')
  expect(String(scheme.evaluateText('(user->json (make-user 7 (list 1)))'))).toBe('{"id":7,"t":[1]}')
})
