/** What recipes and build tools are written with, beside the store: records, utilities, archives, what G-expressions refer
 *  to. What is expected is what GNU Guix 1.4 answers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProcessInterpreter } from '../../../build-side/index.ts'
import type { Interpreter } from '../../../lang/index.ts'
import { closeStores } from '../../../runtime/scheme/index.ts'
import { interpreterOptions } from '../../../runtime/scheme/interpreter.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { written } from '../../support/language.ts'

const prelude = `
(use-modules (guix records) (guix utils) (guix gexp) (guix store) (guix monads) (guix derivations) (guix packages)
             (guix workers) (guix cpio) (guix package-cache) (gnu packages) (ice-9 vlist) (srfi srfi-34) (guix diagnostics) ((guix build store-copy) #:prefix copy:)
             (rnrs bytevectors) (ice-9 binary-ports) (ice-9 match) (ice-9 regex) (srfi srfi-1) (srfi srfi-11))
(define store (open-connection))
(define-record-type* <thing> thing make-thing thing? (first thing-first (default 1)) (second thing-second (thunked) (default 2)))
(define (inputs gexp)
  (map (lambda (i) (list (gexp-input-thing i) (gexp-input-output i) (gexp-input-native? i))) (gexp-inputs gexp)))
(define (file name) (plain-file name "x"))
(define a (file "a"))
(define b (file "b"))
(define (named? file) (lambda (input) (eq? file (first input))))
(define big (string->utf8 (string-concatenate (make-list 9000 "0123456789abcdef\\n"))))
(define (lowered exp) (run-with-store store (gexp->sexp* exp)))
(define (gexp->sexp* exp) ((@@ (guix gexp) gexp->sexp) exp "x86_64-linux" #f))
`

let directory: string
let scheme: Interpreter
const run = (expression: string): string => written(scheme, scheme.evaluateText(expression, 'test'))

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-authoring-'))
  process.env.STRATA_ROOT = join(directory, 'root')
  scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  scheme.evaluateText(`${prelude}(chdir ${JSON.stringify(directory)})`, 'prelude')
})
afterAll(() => {
  process.chdir(tmpdir())
  closeStores()
  removeTree(join(directory, 'root'))
  rmSync(directory, { recursive: true, force: true })
})

test.each([
  // Records.
  ["(match-record (thing (first 'x)) <thing> (second (first one)) (list one second))", '(x 2)'],
  [
    "(catch 'syntax-error (lambda () (eval '(match-record (thing) <thing> (first third) first) (current-module))) (lambda (key who message . _) (list who message)))",
    '(match-record "unknown record type field third")',
  ],

  [
    "(begin (define-record-type* <foo> foo make-foo foo? (bar foo-bar (default 42))) (define (made) (foo)) (made) (eval '(define-record-type* <foo> foo make-foo foo? (baz foo-baz) (bar foo-bar (default 42))) (current-module)) (catch 'record-abi-mismatch-error made (lambda (key who message types . _) (list who message (eq? (first types) <foo>) (foo-baz (foo (baz 1)))))))",
    '(abi-check "~a: record ABI mismatch; recompilation needed" #t 1)',
  ],
  [
    "(catch 'syntax-error (lambda () (eval '(begin (define-record-type* <later> later make-later later? (one later-one)) (match-record (later (one 1)) <later> (two) two)) (current-module))) (lambda (key who message . _) message))",
    '"unknown record type field two"',
  ],
  [
    "(catch 'syntax-error (lambda () (eval '(thing (first 1)\n (second 2)\n (first 3)) (current-module))) (lambda (key who message location form . _) (list who message (assq-ref location 'line) form)))",
    '(thing "duplicate field initializer first" 2 (first 3))',
  ],

  // What G-expressions are without being lowered, and errors of lowering, as in Guix.
  ["(gexp->approximate-sexp #~(a #$(list 1 'b #~(c #$output)) #+a))", '(a (1 b (c (*approximate*))) (*approximate*))'],
  [
    '(object->string (file-append (plain-file "p" "x") "/a" "/b"))',
    '"#<file-append #<<plain-file> name: \\"p\\" content: \\"x\\" references: ()> \\"/a /b\\">"',
  ],
  [
    '(computed-file-options (computed-file "x" #~1 #:local-build? #f #:options \'(#:graft? #f)))',
    '(#:local-build? #f #:graft? #f)',
  ],
  [
    '(guard (c ((file-search-error? c) (file-search-error-file-name c))) (run-with-store store (gexp->derivation "x" (with-imported-modules \'((no such module)) #~(mkdir #$output)))))',
    '"no/such/module.scm"',
  ],
  [
    // The Guile of a build is what it is when `gexp->derivation' is called.
    '(let ((d (run-with-store store (gexp->derivation "x" #~(mkdir #$output)) #:guile-for-build \'none))) (derivation? d))',
    '#t',
  ],

  // Modules that come later, and modules that begin in the middle of a form.
  [
    '(begin (define (late) (@ (made later) it)) (define-module (made later) #:export (it)) (define it 5) (define-module (guile-user)) ((@@ (guile-user) late)))',
    '5',
  ],
  [
    '(begin (call-with-output-file "fails.scm" (lambda (p) (write (quote (begin (define-module (that fails)) (car 1))) p))) (let ((before (current-module))) (false-if-exception (load (string-append (getcwd) "/fails.scm"))) (eq? before (current-module))))',
    '#t',
  ],

  // Packages.
  [
    '(guard (c ((package-license-error? c) (package-error-invalid-license c))) (package-license (package (name "p") (version "1") (source #f) (build-system #f) (synopsis #f) (description #f) (home-page #f) (license \'free))))',
    'free',
  ],
  [
    '(let ((cache (string-append (getcwd) "/profile"))) (generate-package-cache cache) (match (vhash-assoc "hello" (read-package-cache cache)) ((_ . hello) (list (cached-package-version hello) (cached-package-module hello) (cached-package-outputs hello)))))',
    '("2.10" (gnu packages base) ("out"))',
  ],

  // G-expressions: what is referred to, each once, the last first.
  ['(length (inputs #~(list #$a #$a #$b)))', '2'],
  ['(equal? (inputs #~(list #+#~(list #$a) #$b)) `((,b "out" #f) (,a "out" #t)))', '#t'],
  [
    "(gexp-modules #~(foo #$(with-imported-modules '((foo)) #~+) #+(with-imported-modules '((bar)) #~-)))",
    '((bar) (foo))',
  ],
  [
    "(gexp-modules #~(foo #$@(list (with-imported-modules '((foo)) #~+) (with-imported-modules '((bar)) #~-))))",
    '((foo) (bar))',
  ],
  [
    "(match (gexp-modules (with-imported-modules `(((bar) => ,a) ((bar) => ,b) (foo) (foo)) #~+)) ((((bar) '=> file) (foo)) (eq? file a)))",
    '#t',
  ],
  [
    '(regexp-match? (string-match "warning: importing module \\\\(guix config\\\\) from the host" (call-with-output-string (lambda (port) (parameterize ((guix-warning-port port)) (gexp-modules (with-imported-modules \'((guix config)) #~+)))))))',
    '#t',
  ],
  ['(let ((x 1)) (define-syntax-rule (both y) (let ((x 2)) #~(list #$x #$y))) (lowered (both x)))', '(list 2 1)'],
  [
    "(lowered #~(list #$(let-system system system) #$@(let-system (system target) (list target 7)) #$(let-system s 'symbol)))",
    '(list "x86_64-linux" #f 7 symbol)',
  ],
  ['(basename (second (lowered #~(list #$(let-system s (file-append a "/bin/" s))))))', '"x86_64-linux"'],
  [
    '(match (lowered #~(list #$(file-append (let-system s a) "/bin"))) ((_ name) (string-suffix? "-a/bin" name)))',
    '#t',
  ],

  // Filters.
  [
    '(let*-values (((in pids) (filtered-port (list "tr" "a-c" "A-C") (open-bytevector-input-port (string->utf8 "abcd"))))) (list (utf8->string (get-bytevector-all in)) (map (compose cdr waitpid) pids)))',
    '("ABCd" (0))',
  ],
  [
    '(begin (call-with-output-file "plain" (lambda (p) (put-bytevector p big))) (let ((in (open-file "plain" "rb"))) (get-bytevector-n in 17) (let-values (((out pids) (filtered-port (list "head" "-c" "3") in))) (let ((text (utf8->string (get-bytevector-all out)))) (for-each waitpid pids) text))))',
    '"012"',
  ],
  [
    '(call-with-values (lambda () (filtered-port (list "/does/not/exist") (open-bytevector-input-port big))) (lambda (port pids) (map (lambda (pid) (status:exit-val (cdr (waitpid pid)))) pids)))',
    '(127)',
  ],
  ...['gzip', 'xz', 'bzip2', 'none'].map((method): [string, string] => [
    `(begin (call-with-output-file "packed" (lambda (port) (call-with-compressed-output-port '${method} port (lambda (out) (put-bytevector out big))))) (equal? big (call-with-input-file "packed" (lambda (port) (call-with-decompressed-port '${method} port get-bytevector-all)))))`,
    '#t',
  ]),
  [
    "(call-with-input-file \"packed\" (lambda (port) (catch 'misc-error (lambda () (call-with-decompressed-port 'xz port get-bytevector-all)) (lambda _ 'failed))))",
    'failed',
  ],

  // Workers.
  [
    '(let ((pool (make-pool 2)) (sum 0)) (for-each (lambda (n) (eventually pool (if (odd? n) (throw (quote odd)) (set! sum (+ sum n))))) (iota 10)) (let wait () (unless (pool-idle? pool) (usleep 1000) (wait))) sum)',
    '20',
  ],

  // Archives for initial RAM disks.
  [
    '(begin (mkdir "d") (call-with-output-file "d/a" (lambda (p) (display "hello\\n" p))) (symlink "a" "d/l") (chmod "d" #o755) (chmod "d/a" #o644) (let ((text (utf8->string (call-with-values open-bytevector-output-port (lambda (port get) (write-cpio-archive (list "d/a" "d/l") port #:file->header file->cpio-header*) (get)))))) (list (string-length text) (string-take text 130))))',
    `(512 "070701${'00000000'}000081A4${'00000000'.repeat(2)}00000001000000000000000600000000000000000000000000000000${'00000004'}00000000d/a\\x00\\x00\\x00hello\\n\\x00\\x00${'070701'}")`,
  ],
  [
    '(let ((header (file->cpio-header "d/a"))) (equal? header (read-cpio-header (open-bytevector-input-port (call-with-values open-bytevector-output-port (lambda (port get) (write-cpio-header header port) (get)))))))',
    '#t',
  ],

  // Graphs of references, leaves first.
  [
    '(map copy:store-info-item (call-with-input-string "/b\\n\\n2\\n/a\\n/b\\n/a\\n/a.drv\\n0\\n" copy:read-reference-graph))',
    '("/a" "/b")',
  ],
])('%s', (expression, expected) => {
  expect(run(expression)).toBe(expected)
})
