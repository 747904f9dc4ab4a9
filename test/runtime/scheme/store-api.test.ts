/** The Scheme interface of the store, as the manual describes it: connections, additions, derivations, monads, archives. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProcessInterpreter } from '../../../build-side/index.ts'
import type { Interpreter } from '../../../lang/index.ts'
import { closeStores } from '../../../runtime/scheme/index.ts'
import { interpreterOptions } from '../../../runtime/scheme/interpreter.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { written } from '../../support/language.ts'

const prelude = `
(use-modules (guix store) (guix derivations) (guix monads) (guix combinators) (guix serialization) (guix nar)
             (guix base16) (guix base32) (guix hash) (guix pki) (guix gexp) (gcrypt hash) (gcrypt pk-crypto)
             (rnrs bytevectors) (ice-9 binary-ports) (srfi srfi-1) (srfi srfi-34) (ice-9 match))
(define store (open-connection))
(define text (add-text-to-store store "one" "text"))
(define more (add-text-to-store store "two" text (list text)))
(define directory (mkdtemp "/tmp/strata-api-XXXXXX"))
(define (in-directory name) (string-append directory "/" name))
(mkdir (in-directory "tree"))
(mkdir (in-directory "tree/.git"))
(call-with-output-file (in-directory "tree/file") (lambda (port) (display "contents" port)))
(symlink "file" (in-directory "tree/link"))
(define (contents file) (call-with-input-file file (@ (ice-9 textual-ports) get-string-all)))
(define (bytes-of write-to)
  (call-with-values open-bytevector-output-port
    (lambda (port get) (write-to port) (get))))
(define drv (derivation store "thing" "/bin/sh" '("-c" "true \\"quoted\\"\\n") #:sources (list text)
                        #:env-vars '(("B" . "2") ("A" . "1")) #:outputs '("out" "doc")
                        #:local-build? #t #:substitutable? #f #:properties '((a . 1))
                        #:allowed-references '("out") #:disallowed-references (list text)
                        #:references-graphs (list (cons "graph" more)) #:leaked-env-vars '("HOME")))
(define fixed (derivation store "fixed" "/bin/sh" '() #:hash (sha256 (string->utf8 "x")) #:hash-algo 'sha256 #:recursive? #t))
(define keys (generate-key (string->canonical-sexp "(genkey (ecdsa (curve Ed25519) (flags rfc6979)))")))
(define public (find-sexp-token keys 'public-key))
(define signature (signature-sexp (bytevector->hash-data (sha256 #vu8(1)) #:key-type 'ecc) (find-sexp-token keys 'private-key) public))
(define (judge acl hash)
  (signature-case (signature hash acl)
    (valid-signature 'valid) (unauthorized-key 'unauthorized) (hash-mismatch 'mismatch) (else 'other)))
`

let directory: string
let scheme: Interpreter
const run = (expression: string): string => written(scheme, scheme.evaluateText(expression, 'test'))

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-api-'))
  process.env.STRATA_ROOT = join(directory, 'root')
  scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  scheme.evaluateText(prelude, 'prelude')
})
afterAll(() => {
  run(
    '(delete-file-recursively directory)'.replace(
      'delete-file-recursively',
      '(@ (guix build utils) delete-file-recursively)',
    ),
  )
  closeStores()
  removeTree(directory)
})

describe('the store from Scheme', () => {
  test.each([
    ['(valid-path? store text)', '#t'],
    ['(with-store s (valid-path? s more))', '#t'],
    ['(valid-path? store (string-append (string-take text 44) "nothing"))', '#f'],
    ['(equal? (references store more) (list text))', '#t'],
    ['(->bool (member more (referrers store text)))', '#t'],
    ['(equal? (topologically-sorted store (list more)) (list text more))', '#t'],
    ['(lset= equal? (requisites store (list more)) (list text more))', '#t'],
    [
      '(let ((i (query-path-info store more))) (list (path-info? i) (path-info-deriver i) (path-info-nar-size i)))',
      '(#t #f 160)',
    ],
    ['(equal? (path-info-hash (query-path-info store text)) (query-path-hash store text))', '#t'],
    ['(equal? (hash-part->path store (store-path-hash-part text)) text)', '#t'],
    ['(store-path-package-name text)', '"one"'],
    [
      '(list (store-path? text) (derivation-path? text) (direct-store-path (string-append text "/a/b")))',
      /^\(#t #f ".*-one"\)$/,
    ],
    ['(equal? text (run-with-store store (text-file "one" "text")))', '#t'],
    ['(equal? text (run-with-store store (binary-file "one" (string->utf8 "text"))))', '#t'],
    [
      '(let ((t (run-with-store store (interned-file (in-directory "tree") "tree")))) (contents (string-append t "/file")))',
      '"contents"',
    ],
    [
      '(equal? (add-to-store store "tree" #t "sha256" (in-directory "tree")) (add-to-store store "tree" #t "sha256" (in-directory "tree") #:select? (lambda (f s) (not (string-suffix? ".git" f)))))',
      '#f',
    ],
    [
      '(run-with-store store (mlet* %store-monad ((a (text-file "x" "y")) (b -> (basename a)) (r (references* more))) (return (list (string-suffix? "-x" b) (length r)))))',
      '(#t 1)',
    ],
    ['(contents (let ((d (run-with-store store (text-file* "z" "to " text)))) (derivation? d) text))', '"text"'],
    ['((store-lift valid-path?) text)', /procedure/],
    ['(run-with-store store ((store-lift valid-path?) text))', '#t'],
    ['(equal? text ((store-lower text-file) store "one" "text"))', '#t'],
    [
      '(guard (c ((store-protocol-error? c) (store-protocol-error-status c))) (references store "/gnu/store/00000000000000000000000000000000-x"))',
      '1',
    ],
    ["(map build-mode '(normal repair check))", '(0 1 2)'],
    ['(and (member text (dead-paths store)) #t)', '#t'],
    ['(list? (find-roots store))', '#t'],
    ['(query-failed-paths store)', '()'],
    ['(ensure-path store text)', '#t'],
    ['(substitutable-paths store (list text))', '()'],
    [
      '(let ((c (allocate-store-connection-cache (quote c)))) (set-store-connection-cache! store c 1) (store-connection-cache store c))',
      '1',
    ],
    [
      '(let* ((p (add-text-to-store store "dead" "dead")) (close (add-temp-root store p))) (call-with-values (lambda () (delete-paths store (list p))) (lambda (paths freed) (list (equal? paths (list p)) (> freed 0) (valid-path? store p)))))',
      '(#t #t #f)',
    ],
    [
      '(let* ((bytes (bytes-of (lambda (port) (export-paths store (list more) port #:sign? #f #:recursive? #t))))) (guard (c ((store-protocol-error? c) (store-protocol-error-message c))) (import-paths store (open-bytevector-input-port bytes))))',
      /lacks a signature/,
    ],
    [
      '(with-build-handler (lambda (continue s things mode) (cons \'would-build things)) (build-things store (list "a")))',
      '(would-build "a")',
    ],
    [
      `(let ((batches '()))
         (define results
           (with-build-handler (lambda (continue s things mode) (set! batches (cons things batches)) (continue #f))
             (map/accumulate-builds store (lambda (n) (build-things store (list (number->string n))) (* n n))
                                    '(1 2 3 4 5) #:cutoff 1)))
         (list results (reverse batches)))`,
      '((1 4 9 16 25) (("1" "2") ("3" "4") ("5")))',
    ],
    [
      `(with-store other
         (with-build-handler (const 'handled)
           (with-build-handler (lambda (continue s things mode) (if (eq? s store) 'ours 'others))
             (list (with-build-handler (const 'inner) (build-things other '("x")))))))`,
      '(inner)',
    ],
    [
      `(with-build-handler (lambda (continue s things mode)
                            (and (not (port-closed? (store-connection-socket s))) (continue #f)))
         (with-store s (build-things s '("x")) (valid-path? s text)))`,
      '#t',
    ],
    [
      `(run-with-store store
         (mapm/accumulate-builds (lambda (n) (mlet %store-monad ((target (current-target-system))) (return (list n target))))
                                 '(1 2))
         #:target "i586-pc-gnu")`,
      '((1 "i586-pc-gnu") (2 "i586-pc-gnu"))',
    ],
    [
      `(let ((port (%make-void-port "rw")))
         (guard (c ((store-connection-error? c)
                    (list (eq? port (store-connection-error-file c)) (store-connection-error-code c))))
           (port->connection port)))`,
      '(#t 71)',
    ],
  ])('%s', (expression, expected) => {
    if (typeof expected === 'string') expect(run(expression)).toBe(expected)
    else expect(run(expression)).toMatch(expected)
  })
})

describe('derivations from Scheme', () => {
  test.each([
    ['(derivation-name drv)', '"thing"'],
    ['(map car (derivation->output-paths drv))', '("doc" "out")'],
    ['(equal? (derivation->output-path drv) (derivation-path->output-path (derivation-file-name drv)))', '#t'],
    [
      '(guard (c ((derivation-missing-output-error? c) (derivation-missing-output c))) (derivation->output-path drv "lib"))',
      '"lib"',
    ],
    [
      '(equal? (bytes-of (lambda (port) (write-derivation drv port))) (call-with-input-file (derivation-file-name drv) get-bytevector-all))',
      '#t',
    ],
    [
      '(derivation-builder-arguments (call-with-input-file (derivation-file-name drv) read-derivation))',
      '("-c" "true \\"quoted\\"\\n")',
    ],
    [
      '(list (fixed-output-derivation? drv) (fixed-output-derivation? fixed) (substitutable-derivation? drv) (offloadable-derivation? drv) (derivation-properties drv))',
      '(#f #t #f #f ((a . 1)))',
    ],
    ['(assoc-ref (derivation-builder-environment-vars drv) "impureEnvVars")', '"HOME"'],
    ['(string-length (derivation-base16-hash drv))', '64'],
    [
      '(eq? (read-derivation-from-file (derivation-file-name drv)) (read-derivation-from-file (derivation-file-name drv)))',
      '#t',
    ],
    [
      '(let* ((d (derivation store "user" "/bin/sh" \'() #:inputs (list (derivation-input drv \'("out"))))) (i (derivation-inputs d))) (list (length (derivation-prerequisites d)) (derivation-input-fold (lambda (i n) (+ n 1)) 0 i) (map derivation-input-sub-derivations (coalesce-duplicate-inputs (append i (list (derivation-input drv \'("doc"))))))))',
      '(1 1 (("out" "doc")))',
    ],
    ['(derivation? (run-with-store store (raw-derivation "raw" "/bin/sh" \'())))', '#t'],
    [
      '(derivation? (build-expression->derivation store "old" \'(mkdir %output) #:modules \'((guix build utils)) #:inputs (list (list "text" text))))',
      '#t',
    ],
    [
      '(guard (c ((file-search-error? c) (file-search-error-file-name c))) (search-path* \'("/nothing") "x.scm"))',
      '"x.scm"',
    ],
  ])('%s', (expression, expected) => {
    expect(run(expression)).toBe(expected)
  })
})

describe('monads and combinators', () => {
  test.each([
    [
      "(call-with-values (lambda () (run-with-state (mlet* %state-monad ((a (current-state)) (b (state-push 1)) (c (state-push 2)) (d (state-pop)) (e (current-state))) (return (list a b c d e))) '())) list)",
      '((() () (1) 2 (1)) (1))',
    ],
    [
      '(call-with-values (lambda () (run-with-state (mbegin %state-monad (set-current-state 5) (mwhen #t (state-return 1)) (munless #f (state-return 2))) 1)) list)',
      '(2 5)',
    ],
    [
      '(call-with-values (lambda () (run-with-state (sequence %state-monad (list (state-return 1) (state-return 2))) 0)) list)',
      '((1 2) 0)',
    ],
    ['(with-monad %identity-monad (>>= (return 1) (lambda (x) (return (+ x 1)))))', '2'],
    ['((lift2 + %identity-monad) 1 2)', '3'],
    ["(foldm %identity-monad (lambda (x r) (cons x r)) '() '(1 2 3))", '(3 2 1)'],
    ["(mapm %identity-monad 1+ '(1 2))", '(2 3)'],
    ["(anym %identity-monad (lambda (x) (and (even? x) x)) '(1 4 6))", '4'],
    ['(listm %identity-monad 1 2)', '(1 2)'],
    [
      "(call-with-values (lambda () (fold2 (lambda (x a b) (values (+ x a) (cons x b))) 0 '() '(1 2 3))) list)",
      '(6 (3 2 1))',
    ],
    ["(fold-tree + 0 (lambda (n) (if (< n 3) (list (+ n 1)) '())) '(1))", '6'],
  ])('%s', (expression, expected) => {
    expect(run(expression)).toBe(expected)
  })
})

describe('serialization, archives, hashes and keys', () => {
  test.each([
    ['(bytes-of (lambda (p) (write-string "abc" p)))', '#vu8(3 0 0 0 0 0 0 0 97 98 99 0 0 0 0 0)'],
    [
      '(call-with-input-bytevector (bytes-of (lambda (p) (write-string-pairs \'(("a" . "b")) p) (write-long-long (expt 2 40) p) (write-string-list \'("x" "y") p))) (lambda (p) (let* ((a (read-string-pairs p)) (b (read-long-long p))) (list a b (read-string-list p)))))',
      '((("a" . "b")) 1099511627776 ("x" "y"))',
    ],
    ['(equal? (sha256 (bytes-of (lambda (p) (write-file text p)))) (query-path-hash store text))', '#t'],
    [
      '(let ((nar (bytes-of (lambda (p) (write-file (in-directory "tree") p #:select? (lambda (f s) (not (vcs-file? f s)))))))) (restore-file (open-bytevector-input-port nar) (in-directory "restored")) (list (contents (in-directory "restored/file")) (readlink (in-directory "restored/link")) (file-exists? (in-directory "restored/.git"))))',
      '("contents" "file" #f)',
    ],
    [
      '(reverse (fold-archive (lambda (file type contents result) (when (pair? contents) (get-bytevector-n (car contents) (cdr contents))) (cons (list file type) result)) \'() (open-bytevector-input-port (bytes-of (lambda (p) (write-file (in-directory "tree") p)))) "r"))',
      '(("r" directory) ("r/.git" directory) ("r/.git" directory-complete) ("r/file" regular) ("r/link" symlink) ("r" directory-complete))',
    ],
    [
      '(guard (c ((nar-read-error? c) (nar-read-error-token c))) (restore-file (open-bytevector-input-port (bytes-of (lambda (p) (for-each (lambda (s) (write-string s p)) \'("nix-archive-1" "(" "type" "directory" "entry" "(" "name" ".."))))) (in-directory "bad")))',
      '".."',
    ],
    [
      '(guard (c ((nar-error? c) \'truncated)) (restore-file (open-bytevector-input-port #vu8(13 0 0)) (in-directory "bad2")))',
      'truncated',
    ],
    ['(equal? (file-hash* (in-directory "tree/file")) (sha256 (string->utf8 "contents")))', '#t'],
    [
      '(equal? (file-hash* (in-directory "tree")) (sha256 (bytes-of (lambda (p) (write-file (in-directory "tree") p)))))',
      '#f',
    ],
    [
      '(equal? (file-hash* (in-directory "tree") #:recursive? #t) (sha256 (bytes-of (lambda (p) (write-file (in-directory "tree") p)))))',
      '#t',
    ],
    [
      '(equal? (restore-file-set (open-bytevector-input-port (bytes-of (lambda (p) (export-paths store (list text) p #:sign? #f)))) #:verify-signature? #f) (list text))',
      '#t',
    ],
    [
      "(guard (c ((nar-signature-error? c) 'unsigned)) (restore-file-set (open-bytevector-input-port (bytes-of (lambda (p) (export-paths store (list text) p #:sign? #f))))))",
      'unsigned',
    ],
    [
      '(bytevector->nix-base32-string (nix-base32-string->bytevector "0c5b8vw40dy178xlpddw65q9gf1h2186jcc3p4swinwggbllv8mk"))',
      '"0c5b8vw40dy178xlpddw65q9gf1h2186jcc3p4swinwggbllv8mk"',
    ],
    ['(list (bytevector-quintet-length #vu8(1 2)) (bytevector->base16-string #vu8(1 255)))', '(4 "01ff")'],
    [
      "(list (valid-signature? signature) (judge (public-keys->acl (list public)) (sha256 #vu8(1))) (judge (public-keys->acl (list public)) (sha256 #vu8(2))) (judge (public-keys->acl '()) (sha256 #vu8(1))))",
      '(#t valid mismatch unauthorized)',
    ],
    ['(map canonical-sexp->string (acl->public-keys (public-keys->acl (list public))))', /public-key/],
    ['(authorized-key? public (current-acl))', '#f'],
  ])('%s', (expression, expected) => {
    if (typeof expected === 'string') expect(run(expression)).toBe(expected)
    else expect(run(expression)).toMatch(expected)
  })
})
