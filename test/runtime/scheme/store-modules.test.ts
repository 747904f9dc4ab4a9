/** Scheme modules around the store: its database, roots and shared files, what servers say of items, plans of builds. */
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
(use-modules (guix store) (guix derivations) (guix config) (guix store database) (guix store deduplication) (guix store roots)
             (guix narinfo) (guix substitutes) (guix scripts substitute) (guix serialization) (guix build store-copy)
             ((guix diagnostics) #:select (guix-warning-port)) (guix build debug-link) (guix build utils) (guix base32) (guix base64)
             (guix pki) (gcrypt hash) (gcrypt pk-crypto) (web uri) (rnrs bytevectors) (ice-9 binary-ports)
             (srfi srfi-1) (srfi srfi-11) (srfi srfi-26))
(define store (open-connection))
(define text (add-text-to-store store "text" "text"))
(define directory (mkdtemp "/tmp/strata-modules-XXXXXX"))
(define (in-directory name) (string-append directory "/" name))
(define (put file contents)
  (mkdir-p (dirname file))
  (call-with-output-file file (cut display contents <>)))
(define long (make-string 10000 #\\x))
(define keys (generate-key (string->canonical-sexp "(genkey (ecdsa (curve Ed25519) (flags rfc6979)))")))
(define public (find-sexp-token keys 'public-key))
(define (signed text)
  (string-append text "Signature: 1;host;"
                 (base64-encode
                  (string->utf8
                   (canonical-sexp->string
                    (signature-sexp (bytevector->hash-data (sha256 (string->utf8 text)) #:key-type 'ecc)
                                    (find-sexp-token keys 'private-key) public))))
                 "\\n"))
(define item "/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-item")
(define core (string-append "StorePath: " item "\\nNarHash: sha256:" (bytevector->nix-base32-string (sha256 #vu8()))
                            "\\nReferences: a b\\n"))
(define forms "NarSize: 10\\nURL: nar/zstd\\nCompression: zstd\\nFileSize: 9\\nURL: http://other/lzip\\nCompression: lzip\\nFileSize: 5\\n")
(define (info text) (string->narinfo text "http://server"))
(define acl (public-keys->acl (list public)))
(define (plan . arguments) (call-with-values (lambda () (apply derivation-build-plan store arguments)) list))
(define below (derivation store "below" "/bin/sh" '()))
(define above (derivation store "above" "/bin/sh" '() #:inputs (list (derivation-input below))))
(define alone (derivation store "alone" "/bin/sh" '() #:inputs (list (derivation-input below)) #:substitutable? #f))
(define (offered . drvs)
  (lambda (path)
    (and (member path (map derivation->output-path drvs))
         ((@@ (guix store) make-substitutable) path #f '() 1 1))))
(define (names drvs) (map derivation-name drvs))
`

let directory: string
let scheme: Interpreter
const run = (expression: string): string => written(scheme, scheme.evaluateText(expression, 'test'))

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-modules-'))
  process.env.STRATA_ROOT = join(directory, 'root')
  scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
  scheme.evaluateText(prelude, 'prelude')
})
afterAll(() => {
  run('(delete-file-recursively directory)')
  closeStores()
  removeTree(directory)
})

describe('modules of the store', () => {
  test.each([
    // Names in the store and in the directory of its state lead to where they are, for changes too.
    [
      '(let ((file (string-append text ".new"))) (put file "x") (chmod file #o600) (rename-file file (string-append text ".old")) (let ((s (stat:perms (stat (string-append text ".old"))))) (delete-file (string-append text ".old")) s))',
      '384',
    ],
    ['(stat:perms (stat (string-append %state-directory "/profiles/per-user")))', '493'],
    ['(stat:type (stat (string-append %state-directory "/db")))', 'directory'],
    // Roots.
    [
      '(let ((root (string-append %gc-roots-directory "/mine"))) (symlink text root) (let ((found (member root (gc-roots)))) (delete-file root) (pair? found)))',
      '#t',
    ],
    [
      '(begin (symlink text (in-directory "root")) (add-indirect-root store (in-directory "root")) (pair? (member (in-directory "root") (gc-roots))))',
      '#t',
    ],
    ['(user-owned? (in-directory "root"))', '#t'],
    ['(list? (busy-store-items))', '#t'],
    // Files of equal contents.
    [
      '(begin (for-each (lambda (n) (put (in-directory (string-append "same/" n "/f")) long)) \'("1" "2" "3")) (deduplicate (in-directory "same") #f #:store directory) (map (lambda (n) (stat:nlink (stat (in-directory (string-append "same/" n "/f"))))) \'("1" "2" "3")))',
      '(4 4 4)',
    ],
    [
      '(begin (put (in-directory "small") "s") (deduplicate (in-directory "small") (nar-sha256 (in-directory "small")) #:store directory) #t)',
      '#t',
    ],
    [
      '(begin (copy-file/deduplicate (in-directory "same/1/f") (in-directory "copy") #:store directory) (= (stat:ino (stat (in-directory "copy"))) (stat:ino (stat (in-directory "same/1/f")))))',
      '#t',
    ],
    [
      '(call-with-values (lambda () (nar-sha256 text)) (lambda (hash size) (list (equal? hash (query-path-hash store text)) (= size (path-info-nar-size (query-path-info store text))))))',
      '(#t #t)',
    ],
    // Databases.
    [
      '(let ((file (in-directory "db.sqlite"))) (with-database file db (sqlite-register db #:path "/gnu/a" #:hash (string-append "sha256:" (make-string 64 #\\a)) #:nar-size 1) (sqlite-register db #:path "/gnu/b" #:references \'("/gnu/a") #:deriver "/gnu/b.drv" #:hash (string-append "sha256:" (make-string 64 #\\b)) #:nar-size 2)) (with-database file db (list (path-id db "/gnu/a") (path-id db "/gnu/b") (path-id db "/gnu/c"))))',
      '(1 2 #f)',
    ],
    [
      '(catch \'sqlite-error (lambda () (with-database (in-directory "other.sqlite") db (sqlite-register db #:path "/gnu/b" #:references \'("/gnu/a") #:hash "sha256:x" #:nar-size 2))) (const \'refused))',
      'refused',
    ],
    [
      '(let ((file "/gnu/store/ffffffffffffffffffffffffffffffff-mine")) (put (string-append file "/x") "x") (reset-timestamps file) (with-database (store-database-file) db (register-items db (list (store-info file #f (list text))) #:log-port (%make-void-port "w"))) (list (valid-path? store file) (equal? (references store file) (list text)) (stat:mtime (stat (string-append file "/x")))))',
      '(#t #t 1)',
    ],
    [
      '(call-with-input-string "b\\n\\n1\\na\\na\\nd\\n0\\n" (lambda (port) (map (lambda (i) (list (store-info-item i) (store-info-deriver i) (store-info-references i))) (read-reference-graph port))))',
      '(("a" "d" ()) ("b" #f ("a")))',
    ],
    // What servers say.
    [
      '(let ((n (info (string-append core forms)))) (list (narinfo-path n) (narinfo-references n) (narinfo-size n) (map uri->string (narinfo-uris n)) (narinfo-file-sizes n) (valid-narinfo? n acl)))',
      '("/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-item" ("a" "b") 10 ("http://server/nar/zstd" "http://other/lzip") (9 5) #f)',
    ],
    [
      '(call-with-values (lambda () (narinfo-best-uri (info (string-append core forms)))) (lambda (uri compression size) (list compression size)))',
      '("lzip" 5)',
    ],
    [
      '(call-with-values (lambda () (narinfo-best-uri (info (string-append core forms)) #:fast-decompression? #t)) (lambda (uri compression size) compression))',
      '"zstd"',
    ],
    [
      '(map (lambda (text) (valid-narinfo? (info text) acl)) (list (signed core) (string-append (signed core) forms) (string-append core (signed forms)) (string-append "X: y\\n" (signed core))))',
      '(#t #t #f #f)',
    ],
    [
      '(list (valid-narinfo? (info (signed core)) (public-keys->acl \'())) (valid-narinfo? (info (signed "StorePath: x\\nNarSize: 1\\n")) acl))',
      '(#f #f)',
    ],
    [
      '(equivalent-narinfo? (info (string-append core forms)) (info (string-append core "NarSize: 10\\nURL: elsewhere\\nCompression: none\\n")))',
      '#t',
    ],
    ['(debuglink-crc32 (open-bytevector-input-port (string->utf8 "123456789")))', '3421780262'],
    // Asking them.
    [
      '(begin (put (in-directory "server/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.narinfo") (string-append (signed core) forms)) (map narinfo-path (lookup-narinfos (string-append "file://" directory "/server") (list item (string-append "/gnu/store/" (make-string 32 #\\b) "-x")))))',
      '("/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-item")',
    ],
    [
      '(map (lambda (acl) (length (lookup-narinfos/diverse (list (string-append "file://" directory "/server")) (list item) (cut valid-narinfo? <> acl)))) (list acl (public-keys->acl (list))))',
      '(1 0)',
    ],
    [
      '(parameterize ((substitute-urls (list (string-append "file://" directory "/server"))) (%reply-file-descriptor #f) (%allow-unauthenticated-substitutes? #t) (guix-warning-port (%make-void-port "w"))) (with-output-to-string (lambda () (with-input-from-string (string-append "have " item "\\n") (lambda () (guix-substitute "--query"))))))',
      '"/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-item\\n\\n"',
    ],
    [
      '(let ((file (in-directory "restored"))) (restore-file (open-bytevector-input-port (call-with-values open-bytevector-output-port (lambda (port get) (write-file text port) (get)))) file) (list (stat:mtime (stat file)) (stat:perms (stat file))))',
      '(1 292)',
    ],
    // Plans.
    [
      '(let ((p (plan (list (derivation-input above)) #:substitutable-info (const #f)))) (list (sort (names (first p)) string<?) (second p)))',
      '(("above" "below") ())',
    ],
    [
      '(let ((p (plan (list (derivation-input above)) #:substitutable-info (offered above)))) (list (names (first p)) (length (second p))))',
      '(() 1)',
    ],
    [
      '(let ((p (plan (list (derivation-input alone)) #:substitutable-info (offered alone below)))) (list (names (first p)) (map substitutable-path (second p))))',
      '(("alone") (,BELOW))',
    ],
    ['((substitution-oracle store (list above)) (derivation->output-path above))', '#f'],
    [
      '(let* ((one (derivation store "x" "/bin/sh" \'("1") #:hash (sha256 #vu8()) #:hash-algo \'sha256)) (two (derivation store "x" "/bin/sh" \'("2") #:hash (sha256 #vu8()) #:hash-algo \'sha256)) (user (lambda (drv) (derivation store "y" "/bin/sh" \'() #:outputs \'("out" "lib") #:inputs (list (derivation-input drv)))))) (map derivation-input-sub-derivations (derivation-inputs (derivation store "z" "/bin/sh" \'() #:inputs (list (derivation-input (user one) \'("lib")) (derivation-input (user two) \'("out")))))))',
      '(("lib" "out"))',
    ],
    ['(equal? above (call-with-input-file (derivation-file-name above) read-derivation))', '#t'],
    [
      '(map derivation-input-derivation (derivation-inputs (call-with-input-file (derivation-file-name above) (cut read-derivation <> basename))))',
      '(,BELOW-DRV)',
    ],
  ])('%s', (expression, value) => {
    const wanted = value
      .replace(',BELOW-DRV', run('(basename (derivation-file-name below))'))
      .replace(',BELOW', run('(derivation->output-path below)'))
    expect(run(expression)).toBe(wanted)
  })
})
