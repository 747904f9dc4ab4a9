import { describe, expect, it } from 'vitest'
import { testInterpreter, written } from '../../support/language.ts'

const interpreter = testInterpreter()

describe('constants that are folded', () => {
  for (const [form, value] of [
    ['(let ((x 1) (y 2)) (+ x y (* 3 4)))', '15'],
    ['(let ((x 9007199254740991)) (+ x 1))', '9007199254740992'],
    ['(+ 9007199254740991 2 -5)', '9007199254740988'],
    ['(let ((x 5)) (- x))', '-5'],
    ['(* -1 0)', '0'],
    ['(let ((x 1)) (let ((y x)) (set! x 2) (list x y)))', '(2 1)'],
    ['(let ((f (lambda (x) (let ((y x)) (set! x 10) y)))) (f 1))', '1'],
    ['(let ((t #f)) (if t t 7))', '7'],
    ["(if (eq? 'a 'b) 1 2)", '2'],
    ['(apply + 1 (list 2 3))', '6'],
    ['(< 1 2 3)', '#t'],
    ['(let loop ((i 0)) (if (< i 3) (loop (+ i 1)) i))', '3'],
    ['(catch #t (lambda () (min)) (lambda (key . _) key))', 'wrong-number-of-args'],
    ["(catch #t (lambda () (+ 'a 1)) (lambda (key . _) key))", 'wrong-type-arg'],
    ['(let ((+ -)) (+ 5 3))', '2'],
  ] as const) {
    it(form, () => expect(written(interpreter, interpreter.evaluateText(form))).toBe(value))
  }
})
