/** What messages add to Guile's: places, hints, notes, backtraces; and what they never show. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { suggestionsOf } from '../../build-side/index.ts'
import { diagnose, formatDiagnostic } from '../../lang/conditions/diagnostics.ts'
import { definePrimitive } from '../../lang/primitives/define.ts'
import { testInterpreter } from '../support/language.ts'

const scratch = mkdtempSync(join(tmpdir(), 'strata-kindness-'))
const strata = join(import.meta.dirname, '../../runtime/cli/strata')
afterAll(() => rmSync(scratch, { recursive: true }))

/** What is printed for the error of a program. */
function report(text: string, debug = false): string[] {
  const scheme = testInterpreter({ 'x.scm': text })
  try {
    scheme.evaluateFile('x.scm')
  } catch (error) {
    const diagnostic = scheme.enter(() => diagnose(error, suggestionsOf(scheme)))
    if (diagnostic === undefined) throw error
    return formatDiagnostic(diagnostic, 'strata', { debug }).split('\n')
  }
  throw new Error('there was no error')
}

describe('hints', () => {
  test.each([
    ['the module of an unbound variable', '(fold + 0 (list 1 2))', '(use-modules (srfi srfi-1))'],
    ['the module of a form', '(match 1 (1 2))', "(use-modules (ice-9 match)) for `match'"],
    [
      'the module of a form around',
      '(define (f x)\n  (match x\n    ((a b) a)))\n(f 1)',
      "(use-modules (ice-9 match)) for `match'",
    ],
    ['what a procedure takes', '(define (area w h) (* w h))\n(area 3)', "`area' takes 2 arguments; 1 is given here"],
    ['what is called', '(define x 5)\n(display (x 1))', "`x' is a number, not a procedure"],
    [
      'a call too much',
      '(define (f) 1)\n((f))',
      'the value of what stands first between the parentheses is called: it is a number, not a procedure',
    ],
    ['what divides', '(/ 1 0)', 'the divisor is zero'],
    [
      'parentheses of let',
      '(let (x 1) x)',
      'each binding has parentheses of its own: (let ((NAME VALUE) ...) BODY ...)',
    ],
    [
      'a value too much',
      '(let ((x 1 2)) x)',
      "`x' has more than one value: does a parenthesis stand too early or too late?",
    ],
    ['no value', '(let* ((x)) x)', "`x' has no value: (x VALUE)"],
    [
      'a second definition',
      '(define (f)\n  (define x 1)\n  (define x 2)\n  x)',
      "`x' is defined twice in this body; (set! x VALUE) changes it",
    ],
    [
      'an export without definition',
      '(define-module (m) #:export (bar))\n(display bar)',
      "the module exports `bar', but does not define it",
    ],
    ['the nearest name', '(strin-append "a")', "did you mean `string-append'?"],
    ['the nearest of the own names', '(define my-variable 1)\n(display my-varaible)', "did you mean `my-variable'?"],
    ['the keyword meant', '(define* (f #:key width height) width)\n(f #:widht 1)', "did you mean `#:width'?"],
    [
      'the keywords there are',
      '(define* (f #:key width height) width)\n(f #:zzz 1)',
      'the procedure takes #:width #:height',
    ],
    [
      'the field meant',
      '(use-modules (guix records))\n(define-record-type* <box> box make-box box? (width box-width) (height box-height))\n(box (widht 1) (height 2))',
      "did you mean `width'?",
    ],
    ['the export meant', '(use-modules ((srfi srfi-1) #:select (fist)))', "did you mean `first'?"],
    ['what is not closed', '(define (f x)\n  (list x', 'the one opened at x.scm:2:2 is not closed'],
    [
      'where the indentation says that it should be',
      '(define (f x)\n  (let ((y 1)\n    (+ x y)))\n\n(define (g) 2)\n',
      'by the indentation, line 2 should close the one opened at x.scm:2:7',
    ],
  ])('name %s', (_, text, hint) => {
    expect(report(text)).toContain(`hint: ${hint}`)
  })

  test('there are none where nothing is near', () => {
    expect(report('(zzzzyqx)').filter((line) => line.startsWith('hint:'))).toEqual([])
  })
})

describe('places', () => {
  test('the line is shown with a caret', () => {
    expect(report('(define x 1)\n(+ x (car x))\n')).toEqual([
      'x.scm:2:5: error: In procedure car: Wrong type argument in position 1 (expecting pair): 1',
      '    2 | (+ x (car x))',
      '             ^',
    ])
  })

  test('a record accessor complains of its call', () => {
    const [first] = report(
      '(use-modules (srfi srfi-9))\n(define-record-type <point> (make-point x) point? (x point-x))\n(define (f p)\n  (+ 1 (point-x p)))\n(f 5)',
    )
    expect(first).toContain('x.scm:4:7: error: In procedure point-x: ')
  })

  test('an assignment to nothing and an included file that is not there have places', () => {
    expect(report('(display 1)\n(set! nowhere 2)')[0]).toBe('x.scm:2:6: error: Unbound variable: nowhere')
    expect(report('(define x\n  (include "nope.scm"))')[0]).toContain('x.scm:2:2: error: ')
  })

  test('of code from a macro both are named: its use and its definition', () => {
    const lines = report('(define-syntax-rule (first-of x)\n  (car x))\n\n(define (f) (first-of 5))\n(f)')
    expect(lines[0]).toContain('x.scm:4:12: error: ')
    expect(lines).toContain("note: in the expansion of `first-of', a macro defined at x.scm:1:0")
  })

  test('of a file the imports are named that led to it', () => {
    const scheme = testInterpreter({
      '/src/a.scm': '(define-module (a)\n  #:use-module (b))\n',
      '/src/b.scm': '(define-module (b))\n(display nothing)\n',
      'x.scm': '(display 1)\n(use-modules (a))',
    })
    let text = ''
    try {
      scheme.evaluateFile('x.scm')
    } catch (error) {
      const diagnostic = scheme.enter(() => diagnose(error, suggestionsOf(scheme)))
      if (diagnostic !== undefined) text = formatDiagnostic(diagnostic, 'strata', { debug: false })
    }
    expect(text).toContain('/src/b.scm:2:9: error: Unbound variable: nothing')
    expect(text).toContain('note: imported from /src/a.scm:2:15\nnote: imported from x.scm:2:13')
  })
})

test('modules that import each other are named', () => {
  const scheme = testInterpreter({
    '/src/a.scm': '(define-module (a) #:use-module (b) #:export (a))\n(define a (+ b 1))\n',
    '/src/b.scm': '(define-module (b) #:use-module (a) #:export (b))\n(define b (+ a 1))\n',
    'x.scm': '(use-modules (a))',
  })
  let hints: readonly string[] = []
  try {
    scheme.evaluateFile('x.scm')
  } catch (error) {
    hints = scheme.enter(() => diagnose(error, suggestionsOf(scheme)))?.hints ?? []
  }
  expect(hints).toEqual(["(a) imports this module, which imports it: `a' is defined only after this"])
})

test('cyclic data prints', () => {
  expect(report('(define l (list 1 2))\n(set-cdr! (cdr l) l)\n(error "cyclic:" l)')[0]).toBe(
    'x.scm:3:0: error: cyclic: #0=(1 2 . #0#)',
  )
})

describe('a bug in strata', () => {
  definePrimitive({
    name: 'broken-primitive',
    module: '(test broken)',
    params: [],
    doc: 'Fail as a primitive with a mistake does.',
    apply: () => {
      throw new TypeError("Cannot read properties of undefined (reading 'x')")
    },
  })

  test('is told as such, without a JavaScript trace', () => {
    const lines = report('(use-modules (test broken))\n(define (f) (list (broken-primitive)))\n(f)')
    expect(lines[0]).toBe("x.scm:2:18: error: internal error: Cannot read properties of undefined (reading 'x')")
    expect(lines.at(-1)).toBe('hint: this is a bug in strata; please report it')
    expect(lines.join('\n')).not.toMatch(/^\s+at /m)
  })

  test('shows its internals when debugging', () => {
    expect(report('(use-modules (test broken))\n(broken-primitive)', true).join('\n')).toMatch(
      /Internals:\nTypeError: /,
    )
  })

  test('is a condition that programs can catch', () => {
    const scheme = testInterpreter({})
    const text = `(use-modules (test broken))
      (define trail '())
      (define result
        (catch #t
          (lambda ()
            (dynamic-wind (lambda () (set! trail (cons 'in trail)))
                          (lambda () (+ 1 (broken-primitive)))
                          (lambda () (set! trail (cons 'out trail)))))
          (lambda (key . args) key)))
      (equal? (list result trail) '(strata-internal-error (out in)))`
    expect(scheme.evaluateText(text)).toBe(true)
  })
})

describe('the command', () => {
  function run(args: readonly string[]): { readonly err: string; readonly status: number | null } {
    const { stderr, status } = spawnSync(strata, args, { encoding: 'utf8', cwd: scratch })
    return { err: stderr, status }
  }

  test('ends with status 1 after an error', () => {
    writeFileSync(join(scratch, 'e.scm'), '(display "before")\n(newline)\n(car (list))\n')
    expect(run(['e.scm'])).toEqual({
      err: 'e.scm:3:0: error: In procedure car: Wrong type argument in position 1 (expecting pair): ()\n    3 | (car (list))\n        ^\n',
      status: 1,
    })
  })

  test('shows Scheme frames with arguments with --debug', () => {
    writeFileSync(
      join(scratch, 'd.scm'),
      '(define (outer items) (+ 1 (inner (car items) "b")))\n(define (inner a b)\n  (string-append a b))\n(display (outer (list 5)))\n',
    )
    const { err } = run(['--debug', 'd.scm'])
    expect(err).toContain(
      'Backtrace:\n  0 (inner 5 "b") at d.scm:3:2\n  1 (outer (5)) at d.scm:1:27\n  2 top level at d.scm:4:9',
    )
    expect(err).not.toMatch(/\.mjs|node:/)
  })

  test('ends runaway recursion with a Scheme error', () => {
    const { err, status } = run(['-c', '(define (f n) (cons n (f (+ n 1)))) (f 0)'])
    expect(err).toContain('error: Stack overflow')
    expect(status).toBe(1)
  })

  test('finds modules below -L for its hints', () => {
    mkdirSync(join(scratch, 'lib/own'), { recursive: true })
    writeFileSync(
      join(scratch, 'lib/own/things.scm'),
      '(define-module (own things)\n  #:export (a-thing\n            another-thing))\n',
    )
    expect(run(['-L', 'lib', '-c', '(another-thing)']).err).toContain('hint: (use-modules (own things))')
  })

  test('stopped by Ctrl-C, ends as the signal says and prints nothing more', async () => {
    const child = spawn(strata, ['-c', '(display "started\\n") (force-output) (let loop () (loop))'])
    let output = ''
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    const [status, signal] = await once(child, 'close')
    expect(status ?? signal).toBe('SIGINT')
    expect(output).toBe('')
  })
})
