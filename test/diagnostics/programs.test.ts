/** Uncaught errors of a table of programs: the place is right, and the message holds what real Guile says. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { suggestionsOf } from '../../build-side/index.ts'
import { type Diagnostic, diagnose, formatDiagnostic } from '../../lang/conditions/diagnostics.ts'
import { formatSpan, SourceFile } from '../../lang/source/index.ts'
import { testInterpreter } from '../support/language.ts'
import { isInstalled } from '../support/programs.ts'
import { programs } from './programs.ts'

/** What Guile prints for each text, evaluated in one process; undefined without Guile. */
function guileMessages(texts: readonly string[]): readonly string[] | undefined {
  if (!isInstalled('guile')) return undefined
  const script = `
    (define (message-of text)
      (let ((module (make-fresh-user-module)))
        (catch #t
          (lambda ()
            (save-module-excursion
             (lambda ()
               (set-current-module module)
               (call-with-input-string text
                 (lambda (port)
                   (let loop ()
                     (let ((form (read port)))
                       (unless (eof-object? form)
                         (primitive-eval form)
                         (loop))))))))
            "no error")
          (lambda (key . args)
            (call-with-output-string
              (lambda (port)
                (print-exception port #f key args)))))))
    (for-each (lambda (text)
                (let ((message (message-of text)))
                  (newline)
                  (write (cons 'message (string->utf8 message)))
                  (newline)))
              (call-with-input-string (getenv "TEXTS") read))`
  const output = execFileSync('guile', ['--no-auto-compile', '-c', `(use-modules (rnrs bytevectors))${script}`], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', TEXTS: `(${texts.map(schemeString).join(' ')})` },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return output
    .split('\n')
    .map((line) => /^\(message \. #vu8\(([\d ]*)\)\)$/.exec(line)?.[1])
    .filter((bytes) => bytes !== undefined)
    .map((bytes) => Buffer.from(bytes.split(' ').map(Number)).toString('utf8'))
}

function schemeString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/** The part of a message that says what is wrong: its last line, without the procedure that Guile's evaluator or
 *  virtual machine happens to name, and without the position that its virtual machine leaves out. */
function core(message: string): string {
  const last = message.trimEnd().split('\n').at(-1) ?? ''
  return last
    .replace(/^ *\d+\. /, '')
    .replace(/^unknown (?:location|file:\d+:\d+): /, '')
    .replace(/(In procedure \S+: )?/, '')
    .replace(/Wrong type( argument in position \d+)?( \(expecting [^)]*\))?/, 'Wrong type')
}

const texts = programs.map(({ text }) => text.replace('‸', ''))
const compared = programs.map(({ message }, index) => (message === undefined ? (texts[index] ?? '') : '1'))
const messages = guileMessages(compared)

function diagnosticOf(text: string): Diagnostic {
  const scheme = testInterpreter({ 'x.scm': text })
  try {
    scheme.evaluateFile('x.scm')
  } catch (error) {
    const diagnostic = diagnose(error, suggestionsOf(scheme))
    if (diagnostic !== undefined) return diagnostic
    throw error
  }
  throw new Error('there was no error')
}

describe('an uncaught error names its place and says what Guile says', () => {
  test.each(programs.map((program, index) => [texts[index] ?? '', program, messages?.[index]] as const))('%s', (text, {
    text: marked,
    message,
  }, guile) => {
    const diagnostic = diagnosticOf(text)
    const at = marked.indexOf('‸')
    const place = formatSpan({ source: new SourceFile('x.scm', text), start: at, end: at })
    const printed = formatDiagnostic(diagnostic, 'strata', { debug: true })
    expect(printed.split('\n')[0]).toContain(`${place}: error: `)
    expect(printed).not.toMatch(/\.ts:|node:internal|\bat async\b/)
    if (message !== undefined) expect(diagnostic.message).toContain(message)
    else if (guile !== undefined) expect(core(diagnostic.message)).toContain(core(guile))
  })
})

test('the table is large', () => {
  expect(programs.length).toBeGreaterThanOrEqual(80)
})
