/** Configurations of services, (gnu services configuration): what define-configuration and define-maybe make, and the
 *  mistakes that their users make. The documentation is that of Guix 1.4. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const command = resolve(import.meta.dirname, '../../runtime/cli/strata')
const directory = mkdtempSync(join(tmpdir(), 'strata-configuration-'))
afterAll(() => removeTree(directory))

const definitions = `(use-modules (gnu services configuration) (guix gexp))
(define (serialize-integer field value) (format #f "~a=~a;" field value))
(define (my-serialize-integer field value) (format #f "my ~a" value))
(define-maybe integer)
(define-maybe string (no-serialization))
(define-configuration server-configuration
  (port (integer 80) "The @code{port}.")
  (limit maybe-integer "Limit.")
  (name (string) "Name." empty-serializer))
(define-configuration prefixed (port (integer 10) "Port.") (prefix my-))
(define-configuration/no-serialization silent (port (integer 10) "Port.") (user maybe-string "User."))
(define-syntax-rule (text configuration fields)
  (eval (gexp->approximate-sexp (serialize-configuration configuration fields)) (current-module)))
`

/** What the expression says, after the definitions. */
function run(expression: string): string {
  const file = join(directory, 'program.scm')
  writeFileSync(file, definitions + expression)
  const { stdout, stderr } = spawnSync(command, [file], {
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root'), XDG_CACHE_HOME: join(directory, 'cache') },
  })
  return stdout + stderr
}

describe('configurations of services', () => {
  test('values are serialized by their types, by prefixed serializers, or not at all', () => {
    expect(
      run(`(write (list (text (server-configuration (name "x")) server-configuration-fields)
                        (text (server-configuration (name "x") (port 1) (limit 2)) server-configuration-fields)
                        (text (prefixed) prefixed-fields)
                        (map configuration-field-serializer silent-fields)
                        (maybe-value (silent-user (silent)) 'nobody)))`),
    ).toBe('("port=80;" "port=1;limit=2;" "my 10" (#f #f) nobody)')
  })

  test('a value of another type, and one that is missing, are told with their field', () => {
    const wrong = run('(server-configuration\n  (name "x")\n  (port "eighty"))')
    expect(wrong).toContain(
      `program.scm:${definitions.split('\n').length + 2}:2: error: invalid value "eighty" for field 'port'`,
    )
    expect(run('(server-configuration)')).toContain("for field 'name'")
  })

  test('a package that is a default is documented as its variable', () => {
    const program = `(use-modules (guix packages) (gnu packages hello))
      (define-configuration/no-serialization editor (editor (package hello) "Editor."))
      (configuration->documentation 'editor)`
    expect(run(program)).toContain('@item @code{editor} (default: @code{hello}) (type: package)')
  })

  test('documentation is Texinfo', () => {
    expect(run("(configuration->documentation 'server-configuration)")).toContain(`@table @asis
@item @code{port} (default: @code{80}) (type: integer)
The @code{port}.

@item @code{limit} (type: maybe-integer)
Limit.
`)
  })
})
