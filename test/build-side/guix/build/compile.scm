;;; Behaviour of (guix build compile).  Runs in an empty directory.

(use-modules (guix build compile)
             (checks)
             (srfi srfi-1))

(define (write-file name text)
  (call-with-output-file name
    (lambda (port) (display text port))))

(mkdir "source")
(mkdir "source/made")
(mkdir "build")
(write-file "source/made/one.scm"
            "(define-module (made one) #:use-module (made two) #:export (one)) (define (one) (+ 1 (two 3)))")
(write-file "source/made/two.scm"
            "(define-module (made two) #:export (two)) (define-syntax-rule (two x) (* 2 x))")

(define source (string-append (getcwd) "/source"))
(define build (string-append (getcwd) "/build"))
(define reports '())

(compile-files source build
               (list (string-append source "/made/one.scm") "made/two.scm")
               #:workers 1
               #:report-load (lambda (file total done)
                               (set! reports (cons (list 'load file total done) reports)))
               #:report-compilation (lambda (file total done)
                                      (set! reports (cons (list 'compile (and file (basename file)) total done) reports))))

(check "each source has a compiled file" '(#t #t)
       (map (lambda (name)
              (file-exists? (string-append build name)))
            '("/made/one.go" "/made/two.go")))
(check "what is compiled is told" '((compile "one.scm" 2 0) (compile "two.scm" 2 1) (compile #f 2 2))
       (filter (lambda (report) (eq? (car report) 'compile)) (reverse reports)))
(check "the load path is as before" #f (member source %load-path))
(check "modules that use each other were loaded" 7
       ((module-ref (resolve-interface '(made one)) 'one)))
(check-raises "a file with a mistake is refused" (lambda (c) #t)
              (begin
                (write-file "source/made/wrong.scm" "(define-module (made wrong)) (define (x")
                (compile-files source build '("made/wrong.scm"))))
