;;; Commentary:
;;;
;;; SRFI 64: a framework for tests. Results are counted and told by a runner; the default one prints
;;; what failed and a summary, and keeps a log when asked to.
;;;
;;; Code:

(define-module (srfi srfi-64)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 exceptions)
  #:export (test-begin test-end test-assert test-eqv test-eq test-equal test-approximate test-error
            test-apply test-with-runner test-match-nth test-match-all test-match-any test-match-name
            test-skip test-expect-fail test-read-eval-string test-group test-group-with-cleanup
            test-runner? test-runner-current test-runner-get test-runner-factory test-runner-create
            test-runner-simple test-runner-null test-runner-reset test-runner-test-name
            test-runner-group-path test-runner-group-stack test-runner-aux-value test-runner-aux-value!
            test-result-ref test-result-set! test-result-remove test-result-clear test-result-alist
            test-result-kind test-passed?
            test-runner-pass-count test-runner-fail-count test-runner-xpass-count test-runner-xfail-count
            test-runner-skip-count
            test-runner-on-test-begin test-runner-on-test-begin! test-runner-on-test-end
            test-runner-on-test-end! test-runner-on-group-begin test-runner-on-group-begin!
            test-runner-on-group-end test-runner-on-group-end! test-runner-on-bad-count
            test-runner-on-bad-count! test-runner-on-bad-end-name test-runner-on-bad-end-name!
            test-runner-on-final test-runner-on-final!
            test-on-test-begin-simple test-on-test-end-simple test-on-group-begin-simple
            test-on-group-end-simple test-on-bad-count-simple test-on-bad-end-name-simple
            test-on-final-simple test-log-to-file))

(define-record-type test-runner
  (%make-runner pass fail xpass xfail skip groups skips expected-failures result aux total
                on-test-begin on-test-end on-group-begin on-group-end on-bad-count on-bad-end-name on-final)
  test-runner?
  (pass test-runner-pass-count set-pass!)
  (fail test-runner-fail-count set-fail!)
  (xpass test-runner-xpass-count set-xpass!)
  (xfail test-runner-xfail-count set-xfail!)
  (skip test-runner-skip-count set-skip!)
  ;; Of (NAME EXPECTED-COUNT TESTS-BEFORE SKIPS EXPECTED-FAILURES), the innermost first.
  (groups groups set-groups!)
  (skips skips set-skips!)
  (expected-failures expected-failures set-expected-failures!)
  (result test-result-alist set-result!)
  (aux test-runner-aux-value test-runner-aux-value!)
  (total total set-total!)
  (on-test-begin test-runner-on-test-begin test-runner-on-test-begin!)
  (on-test-end test-runner-on-test-end test-runner-on-test-end!)
  (on-group-begin test-runner-on-group-begin test-runner-on-group-begin!)
  (on-group-end test-runner-on-group-end test-runner-on-group-end!)
  (on-bad-count test-runner-on-bad-count test-runner-on-bad-count!)
  (on-bad-end-name test-runner-on-bad-end-name test-runner-on-bad-end-name!)
  (on-final test-runner-on-final test-runner-on-final!))

(define (test-runner-null)
  "Return a runner that counts and says nothing."
  (define (ignore . args) #f)
  (%make-runner 0 0 0 0 0 '() '() '() '() #f 0 ignore ignore ignore ignore ignore ignore ignore))

(define (test-runner-reset runner)
  "Let RUNNER start again."
  (set-pass! runner 0) (set-fail! runner 0) (set-xpass! runner 0) (set-xfail! runner 0)
  (set-skip! runner 0) (set-groups! runner '()) (set-skips! runner '())
  (set-expected-failures! runner '()) (set-result! runner '()) (set-total! runner 0))

(define (test-runner-group-stack runner)
  "Return the names of the open groups, the innermost first."
  (map car (groups runner)))
(define (test-runner-group-path runner)
  "Return the names of the open groups, the outermost first."
  (reverse (test-runner-group-stack runner)))

(define (test-result-ref runner key . default)
  "Return the property KEY of the current test, or DEFAULT."
  (let ((entry (assq key (test-result-alist runner))))
    (cond (entry (cdr entry))
          ((pair? default) (car default))
          (else #f))))
(define (test-result-set! runner key value)
  "Set the property KEY of the current test."
  (set-result! runner (assq-set! (test-result-alist runner) key value)))
(define (test-result-remove runner key)
  "Remove the property KEY of the current test."
  (set-result! runner (assq-remove! (test-result-alist runner) key)))
(define (test-result-clear runner)
  "Remove all properties of the current test."
  (set-result! runner '()))
(define (test-runner-test-name runner)
  "Return the name of the current test."
  (test-result-ref runner 'test-name ""))
(define* (test-result-kind #:optional (runner (test-runner-current)))
  "Return how the current test came out: pass, fail, xpass, xfail or skip."
  (test-result-ref runner 'result-kind))
(define* (test-passed? #:optional (runner (test-runner-current)))
  "Return #t when the current test passed."
  (and (memq (test-result-kind runner) '(pass xpass)) #t))

;; The simple runner

(define test-log-to-file (make-parameter #f))

(define (test-on-test-begin-simple runner) "Do nothing." #f)
(define (test-on-group-begin-simple runner name count)
  "Say that the first group begins."
  (if (null? (groups runner))
      (begin
        (display "%%%% Starting test ")
        (display name)
        (newline))))
(define (test-on-group-end-simple runner) "Do nothing." #f)
(define (test-on-bad-count-simple runner count expected)
  "Say that the number of tests is not what was expected."
  (display "*** Total number of tests was ")
  (display count)
  (display " but should be ")
  (display expected)
  (newline))
(define (test-on-bad-end-name-simple runner begin-name end-name)
  "Raise an error: a group ends under another name."
  (error (string-append "test-end " end-name " does not match test-begin " begin-name)))
(define (test-on-test-end-simple runner)
  "Tell of the current test unless it went as it should."
  (let ((kind (test-result-kind runner)))
    (if (memq kind '(fail xpass))
        (begin
          (let ((file (test-result-ref runner 'source-file))
                (line (test-result-ref runner 'source-line)))
            (if file
                (begin
                  (display file)
                  (display ":")
                  (display line)
                  (display ": "))))
          (display (if (eq? kind 'fail) "FAIL" "XPASS"))
          (let ((name (test-runner-test-name runner)))
            (if (not (equal? name ""))
                (begin
                  (display " ")
                  (display name))))
          (newline)
          (for-each (lambda (key)
                      (let ((entry (assq key (test-result-alist runner))))
                        (if entry
                            (begin
                              (display "  ")
                              (display key)
                              (display ": ")
                              (write (cdr entry))
                              (newline)))))
                    '(expected-value actual-value expected-error actual-error))))))
(define (test-on-final-simple runner)
  "Print how many tests came out how."
  (define (tell label count)
    (if (> count 0)
        (begin
          (display label)
          (display count)
          (newline))))
  (tell "# of expected passes      " (test-runner-pass-count runner))
  (tell "# of expected failures    " (test-runner-xfail-count runner))
  (tell "# of unexpected successes " (test-runner-xpass-count runner))
  (tell "# of unexpected failures  " (test-runner-fail-count runner))
  (tell "# of skipped tests        " (test-runner-skip-count runner)))

(define (test-runner-simple)
  "Return a runner that prints failures and a summary."
  (let ((runner (test-runner-null)))
    (test-runner-on-test-begin! runner test-on-test-begin-simple)
    (test-runner-on-test-end! runner test-on-test-end-simple)
    (test-runner-on-group-begin! runner test-on-group-begin-simple)
    (test-runner-on-group-end! runner test-on-group-end-simple)
    (test-runner-on-bad-count! runner test-on-bad-count-simple)
    (test-runner-on-bad-end-name! runner test-on-bad-end-name-simple)
    (test-runner-on-final! runner test-on-final-simple)
    runner))

(define test-runner-current (make-parameter #f))
(define test-runner-factory (make-parameter test-runner-simple))
(define (test-runner-create) "Return a new runner." ((test-runner-factory)))
(define (test-runner-get)
  "Return the current runner; raise an error if there is none."
  (or (test-runner-current) (error "test-runner not initialized - test-begin missing?")))

;; Which tests

(define (test-match-name name)
  "Return a specifier for the tests called NAME."
  (lambda (runner) (equal? name (test-runner-test-name runner))))
(define (test-match-nth n . count)
  "Return a specifier for the Nth test and COUNT - 1 more."
  (let ((i 0) (last (+ n (if (pair? count) (car count) 1))))
    (lambda (runner)
      (set! i (+ i 1))
      (and (>= i n) (< i last)))))
(define (test-match-all . specifiers)
  "Return a specifier for the tests all SPECIFIERS mean."
  (let ((specifiers (map ->specifier specifiers)))
    (lambda (runner) (every* (lambda (s) (s runner)) specifiers))))
(define (test-match-any . specifiers)
  "Return a specifier for the tests one of SPECIFIERS means."
  (let ((specifiers (map ->specifier specifiers)))
    (lambda (runner) (any* (lambda (s) (s runner)) specifiers))))
;; All are asked each time: some count.
(define (every* pred list) (fold (lambda (x result) (and (pred x) result)) #t list))
(define (any* pred list) (fold (lambda (x result) (or (pred x) result)) #f list))
(define (->specifier x)
  (cond ((procedure? x) x)
        ((integer? x) (test-match-nth 1 x))
        (else (test-match-name x))))

(define (test-skip . specifiers)
  "Skip the tests that SPECIFIERS all mean, from now to the end of the group."
  (let ((runner (test-runner-get)))
    (set-skips! runner (cons (apply test-match-all specifiers) (skips runner)))))
(define (test-expect-fail . specifiers)
  "Expect the tests that SPECIFIERS all mean to fail, from now to the end of the group."
  (let ((runner (test-runner-get)))
    (set-expected-failures! runner (cons (apply test-match-all specifiers) (expected-failures runner)))))

;; Groups

(define* (test-begin suite-name #:optional count)
  "Open the group SUITE-NAME of COUNT tests."
  (if (not (test-runner-current))
      (test-runner-current (test-runner-create)))
  (let ((runner (test-runner-current)))
    ((test-runner-on-group-begin runner) runner suite-name count)
    (set-groups! runner (cons (list suite-name count (total runner) (skips runner) (expected-failures runner))
                              (groups runner)))))

(define* (test-end #:optional suite-name)
  "Close the innermost group."
  (let* ((runner (test-runner-get))
         (group (car (groups runner))))
    (apply (lambda (name count before skips failures)
             (if (and suite-name (not (equal? suite-name name)))
                 ((test-runner-on-bad-end-name runner) runner name suite-name))
             (let ((run (- (total runner) before)))
               (if (and count (not (= count run)))
                   ((test-runner-on-bad-count runner) runner run count)))
             ((test-runner-on-group-end runner) runner)
             (set-groups! runner (cdr (groups runner)))
             (set-skips! runner skips)
             (set-expected-failures! runner failures))
           group)
    (if (null? (groups runner))
        ((test-runner-on-final runner) runner))))

(define-syntax test-group
  (syntax-rules ()
    ((_ name body ...)
     (let ((runner (test-runner-get)))
       (test-result-clear runner)
       (test-result-set! runner 'test-name name)
       (if (not (any* (lambda (s) (s runner)) (skips runner)))
           (dynamic-wind
             (lambda () (test-begin name))
             (lambda () body ...)
             (lambda () (test-end name))))))))
(define-syntax-rule (test-group-with-cleanup name body ... cleanup)
  (test-group name
    (dynamic-wind
      (lambda () #f)
      (lambda () body ...)
      (lambda () cleanup))))

;; Tests

(define (count! runner kind)
  (test-result-set! runner 'result-kind kind)
  (set-total! runner (+ 1 (total runner)))
  (case kind
    ((pass) (set-pass! runner (+ 1 (test-runner-pass-count runner))))
    ((fail) (set-fail! runner (+ 1 (test-runner-fail-count runner))))
    ((xpass) (set-xpass! runner (+ 1 (test-runner-xpass-count runner))))
    ((xfail) (set-xfail! runner (+ 1 (test-runner-xfail-count runner))))
    ((skip) (set-skip! runner (+ 1 (test-runner-skip-count runner)))))
  ((test-runner-on-test-end runner) runner))

(define (run-test name location form check)
  ;; CHECK sets the properties of the test and returns whether it passed.
  (let ((runner (test-runner-get)))
    (test-result-clear runner)
    (if name (test-result-set! runner 'test-name name))
    (if location
        (begin
          (test-result-set! runner 'source-file (assq-ref location 'filename))
          (test-result-set! runner 'source-line (let ((line (assq-ref location 'line))) (and line (+ line 1))))))
    (test-result-set! runner 'source-form form)
    (if (any* (lambda (s) (s runner)) (skips runner))
        (begin
          (test-result-set! runner 'result-kind 'skip)
          (count! runner 'skip))
        (let ((fail-expected? (any* (lambda (s) (s runner)) (expected-failures runner))))
          (test-result-set! runner 'result-kind (if fail-expected? 'xfail 'fail))
          ((test-runner-on-test-begin runner) runner)
          (let ((passed? (catch #t
                           (lambda () (check runner))
                           (lambda (key . args)
                             (test-result-set! runner 'actual-error (cons key args))
                             #f))))
            (count! runner
                    (if passed?
                        (if fail-expected? 'xpass 'pass)
                        (if fail-expected? 'xfail 'fail))))))))

(define-syntax test-assert
  (lambda (x)
    (syntax-case x ()
      ((_ name expression)
       #`(run-test name '#,(datum->syntax x (syntax-source x)) 'expression
                   (lambda (runner)
                     (let ((value ((lambda () expression))))
                       (test-result-set! runner 'actual-value value)
                       value))))
      ((_ expression)
       #`(run-test #f '#,(datum->syntax x (syntax-source x)) 'expression
                   (lambda (runner)
                     (let ((value ((lambda () expression))))
                       (test-result-set! runner 'actual-value value)
                       value)))))))

(define (check-comparison runner expected thunk same?)
  (test-result-set! runner 'expected-value expected)
  (let ((actual (thunk)))
    (test-result-set! runner 'actual-value actual)
    (same? expected actual)))

(define-syntax-rule (define-comparison name same?)
  (define-syntax name
    (lambda (x)
      (syntax-case x ()
        ((_ test-name expected expression)
         #`(run-test test-name '#,(datum->syntax x (syntax-source x)) 'expression
                     (lambda (runner)
                       (check-comparison runner expected (lambda () expression) same?))))
        ((_ expected expression)
         #`(run-test #f '#,(datum->syntax x (syntax-source x)) 'expression
                     (lambda (runner)
                       (check-comparison runner expected (lambda () expression) same?))))))))

(define-comparison test-equal equal?)
(define-comparison test-eqv eqv?)
(define-comparison test-eq eq?)

(define-syntax test-approximate
  (syntax-rules ()
    ((_ name expected expression error)
     (run-test name #f 'expression
               (lambda (runner)
                 (check-comparison runner expected (lambda () expression)
                                   (lambda (a b) (and (>= b (- a error)) (<= b (+ a error))))))))
    ((_ expected expression error)
     (test-approximate #f expected expression error))))

(define (error-matches? type key args)
  (cond ((eq? type #t) #t)
        ((not type) #f)
        ((symbol? type) (eq? type key))
        ((exception-type? type)
         ((exception-predicate type)
          (if (eq? key '%exception) (car args) (make-exception-from-throw key args))))
        ((procedure? type)
         (type (if (eq? key '%exception) (car args) (make-exception-from-throw key args))))
        (else #t)))

(define-syntax test-error
  (syntax-rules ()
    ((_ name type expression)
     (run-test name #f 'expression
               (lambda (runner)
                 (test-result-set! runner 'expected-error type)
                 (catch #t
                   (lambda ()
                     (test-result-set! runner 'actual-value ((lambda () expression)))
                     #f)
                   (lambda (key . args)
                     (test-result-set! runner 'actual-error (cons key args))
                     (error-matches? type key args))))))
    ((_ type expression) (test-error #f type expression))
    ((_ expression) (test-error #f #t expression))))

(define (test-apply first . rest)
  "Call a procedure with a runner, or the current one, running only the tests that the specifiers mean."
  (if (test-runner? first)
      (test-with-runner first (apply test-apply rest))
      (let* ((runner (or (test-runner-current) (test-runner-create)))
             (specifiers (map ->specifier (if (null? rest) '() (cons first (drop-right rest 1)))))
             (thunk (if (null? rest) first (last rest)))
             (saved (skips runner)))
        (if (pair? specifiers)
            (set-skips! runner
                        (cons (lambda (runner) (not (any* (lambda (s) (s runner)) specifiers)))
                              saved)))
        (test-with-runner runner (thunk))
        (set-skips! runner saved))))

(define-syntax-rule (test-with-runner runner body ...)
  (parameterize ((test-runner-current runner))
    body ...))

(define (test-read-eval-string string)
  "Evaluate the datum that STRING is the text of."
  (let* ((port (open-input-string string))
         (form (read port)))
    (if (eof-object? (read-char port))
        (eval form (interaction-environment))
        (error "(not at eof)"))))
