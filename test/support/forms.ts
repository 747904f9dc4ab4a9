/** Files of Scheme forms whose values are compared: with recorded ones, and with Guile's when it is installed. */
import { UncaughtCondition } from '../../lang/execution/index.ts'
import { DatumReader } from '../../lang/reader/index.ts'
import { SourceFile } from '../../lang/source/index.ts'
import { UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { guile, testInterpreter, written } from './language.ts'

/** A line for each form of TEXT that has a value: what it writes, or the key of the condition it raises. */
export function valuesOfForms(text: string): string[] {
  const interpreter = testInterpreter()
  const reader = new DatumReader(new SourceFile('forms.scm', text))
  const lines: string[] = []
  for (;;) {
    const result = reader.next()
    if (result.kind !== 'datum') return lines
    const line = valueLine(
      () => interpreter.evaluateDatum(result.datum),
      (value) => written(interpreter, value),
    )
    if (line !== undefined) lines.push(line)
  }
}

function valueLine(evaluate: () => Value, write: (value: Value) => string): string | undefined {
  try {
    const value = evaluate()
    return value === UNSPECIFIED || value === undefined ? undefined : write(value)
  } catch (error) {
    if (error instanceof UncaughtCondition) return `error ${write(error.key)}`
    throw error
  }
}

const driver = `
(let ((port (open-input-file (cadr (command-line)))) (module (make-fresh-user-module)))
  (set-current-module module)
  (let loop ()
    (let ((form (read port)))
      (unless (eof-object? form)
        (let ((line (catch #t
                      (lambda () (let ((v (eval form module))) (lambda () (unless (unspecified? v) (write v) (newline)))))
                      (lambda (key . args) (lambda () (display "error ") (write key) (newline))))))
          (line))
        (loop)))))`

/** The same by Guile. */
export function guileValuesOfForms(path: string): string[] | undefined {
  return guile(driver, path)?.trimEnd().split('\n')
}
