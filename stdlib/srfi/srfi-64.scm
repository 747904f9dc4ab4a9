;;; Commentary:
;;;
;;; SRFI 64: a framework for tests. Results are counted and told by a runner; the default one prints
;;; where what failed is and a summary, and writes all results to a log, as Guile's does.
;;;
;;; Code:

(define-module (srfi srfi-64)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:declarative? #f                     ;so that programs can set test-log-to-file
  #:export (test-begin test-end test-assert test-eqv test-eq test-equal test-approximate test-error
            test-apply test-with-runner test-match-nth test-match-all test-match-any test-match-name
            test-skip test-expect-fail test-read-eval-string test-group test-group-with-cleanup
            test-runner? test-runner-current test-runner-get test-runner-factory test-runner-create
            test-runner-simple test-runner-null test-runner-reset test-runner-test-name
            test-runner-group-path test-runner-group-stack test-runner-aux-value test-runner-aux-value!
            test-runner-group-stack! test-result-alist!
            test-result-ref test-result-set! test-result-remove test-result-clear test-result-alist
            test-result-kind test-passed?
            test-runner-pass-count test-runner-fail-count test-runner-xpass-count test-runner-xfail-count
            test-runner-skip-count
            test-runner-pass-count! test-runner-fail-count! test-runner-xpass-count!
            test-runner-xfail-count! test-runner-skip-count!
            test-runner-on-test-begin test-runner-on-test-begin! test-runner-on-test-end
            test-runner-on-test-end! test-runner-on-group-begin test-runner-on-group-begin!
            test-runner-on-group-end test-runner-on-group-end! test-runner-on-bad-count
            test-runner-on-bad-count! test-runner-on-bad-end-name test-runner-on-bad-end-name!
            test-runner-on-final test-runner-on-final!
            test-on-test-begin-simple test-on-test-end-simple test-on-group-begin-simple
            test-on-group-end-simple test-on-bad-count-simple test-on-bad-end-name-simple
            test-on-final-simple test-log-to-file))

(define-record-type test-runner
  (%make-runner)
  test-runner?
  (pass test-runner-pass-count test-runner-pass-count!)
  (fail test-runner-fail-count test-runner-fail-count!)
  (xpass test-runner-xpass-count test-runner-xpass-count!)
  (xfail test-runner-xfail-count test-runner-xfail-count!)
  (skip test-runner-skip-count test-runner-skip-count!)
  ;; The names of the open groups, the innermost first, and for each a list
  ;; (EXPECTED-COUNT TESTS-BEFORE SKIPS EXPECTED-FAILURES).
  (group-stack test-runner-group-stack test-runner-group-stack!)
  (saved saved set-saved!)
  (skips skips set-skips!)
  (expected-failures expected-failures set-expected-failures!)
  ;; Specifiers of the only tests to run, or #t.
  (run-list run-list set-run-list!)
  (result test-result-alist test-result-alist!)
  (aux test-runner-aux-value test-runner-aux-value!)
  (total total set-total!)
  ;; Where the runner was made: what relative names of source files are relative to.
  (directory directory set-directory!)
  (on-test-begin test-runner-on-test-begin test-runner-on-test-begin!)
  (on-test-end test-runner-on-test-end test-runner-on-test-end!)
  (on-group-begin test-runner-on-group-begin test-runner-on-group-begin!)
  (on-group-end test-runner-on-group-end test-runner-on-group-end!)
  (on-bad-count test-runner-on-bad-count test-runner-on-bad-count!)
  (on-bad-end-name test-runner-on-bad-end-name test-runner-on-bad-end-name!)
  (on-final test-runner-on-final test-runner-on-final!))

(define (test-runner-null)
  "Return a runner that counts and says nothing."
  (let ((runner (%make-runner))
        (ignore (lambda (runner . args) #f)))
    (test-runner-reset runner)
    (set-directory! runner (getcwd))
    (for-each (lambda (set-callback!) (set-callback! runner ignore))
              (list test-runner-on-test-begin! test-runner-on-test-end! test-runner-on-group-begin!
                    test-runner-on-group-end! test-runner-on-bad-count! test-runner-on-bad-end-name!
                    test-runner-on-final!))
    runner))

(define (test-runner-reset runner)
  "Let RUNNER start again."
  (for-each (lambda (set-count!) (set-count! runner 0))
            (list test-runner-pass-count! test-runner-fail-count! test-runner-xpass-count!
                  test-runner-xfail-count! test-runner-skip-count! set-total!))
  (for-each (lambda (set-list!) (set-list! runner '()))
            (list test-runner-group-stack! set-saved! set-skips! set-expected-failures! test-result-alist!))
  (set-run-list! runner #t))

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
  (let ((entry (assq key (test-result-alist runner))))
    (if entry
        (set-cdr! entry value)
        (test-result-alist! runner (acons key value (test-result-alist runner))))))
(define (test-result-remove runner key)
  "Remove the property KEY of the current test."
  (test-result-alist! runner (remove (lambda (entry) (eq? (car entry) key)) (test-result-alist runner))))
(define (test-result-clear runner)
  "Remove all properties of the current test."
  (test-result-alist! runner '()))
(define (test-runner-test-name runner)
  "Return the name of the current test."
  (test-result-ref runner 'test-name ""))
(define* (test-result-kind #:optional (runner (test-runner-current)))
  "Return how the current test came out: pass, fail, xpass, xfail or skip."
  (test-result-ref runner 'result-kind))
(define* (test-passed? #:optional (runner (test-runner-current)))
  "Return #t when the current test passed."
  (and (memq (test-result-kind runner) '(pass xpass)) #t))

;; The simple runner: its auxiliary value is the port of the log, if there is one.

;; #t: to NAME.log in the current directory; a string: to that file; #f: nowhere.
(define test-log-to-file #t)

(define (log-port runner)
  (let ((port (test-runner-aux-value runner)))
    (and (output-port? port) port)))
(define (print port . items)
  (for-each (lambda (item) (display item port)) items)
  (newline port))
(define (print-everywhere runner . items)
  (apply print (current-output-port) items)
  (let ((log (log-port runner)))
    (if log (apply print log items))))
(define (log-line runner . items)
  (let ((log (log-port runner)))
    (if log (apply print log items)))
  #f)
(define (log-property runner entry)
  (let ((log (log-port runner)))
    (if log
        (begin
          (display "  " log)
          (display (car entry) log)
          (display ": " log)
          (write (cdr entry) log)
          (newline log)))))

;; What is written before a test, in this order; the rest is written after it.
(define properties-before '(test-name source-file source-line source-form))

(define (test-on-test-begin-simple runner)
  "Log which test begins."
  (log-line runner "Test begin:")
  (for-each (lambda (key)
              (let ((entry (assq key (test-result-alist runner))))
                (if entry (log-property runner entry))))
            properties-before))
(define (test-on-group-begin-simple runner name count)
  "Say that the first group begins, and open the log."
  (if (null? (test-runner-group-stack runner))
      (let ((file (if (string? test-log-to-file)
                      test-log-to-file
                      (and test-log-to-file (string-append name ".log")))))
        (display "%%%% Starting test ")
        (display name)
        (if file
            (let ((log (open-output-file file)))
              (print log "%%%% Starting test " name)
              (test-runner-aux-value! runner log)
              (display (string-append "  (Writing full log to \"" file "\")"))))
        (newline)))
  (log-line runner "Group begin: " name))
(define (test-on-group-end-simple runner)
  "Log that the innermost group ends."
  (log-line runner "Group end: " (car (test-runner-group-stack runner))))
(define (test-on-bad-count-simple runner count expected)
  "Say that the number of tests is not what was expected."
  (print-everywhere runner "*** Total number of tests was " count " but should be " expected ". ***")
  (print-everywhere runner "*** Discrepancy indicates testsuite error or exceptions. ***"))

(define (place-prefix runner)
  ;; FILE:LINE: of the current test, as far as they are known.
  (let ((file (test-result-ref runner 'source-file))
        (line (test-result-ref runner 'source-line)))
    (if line
        (string-append (or file "") ":" (number->string line) ": ")
        "")))
(define (test-on-bad-end-name-simple runner end-name begin-name)
  "Raise an error: a group ends under another name."
  (error (string-append (place-prefix runner) "test-end " end-name " does not match test-begin " begin-name)))
(define (test-on-test-end-simple runner)
  "Say where the current test is unless it went as it should, and log all about it."
  (let ((kind (test-result-kind runner))
        (name (assq 'test-name (test-result-alist runner))))
    (if (memq kind '(fail xpass))
        (print (current-output-port)
               (place-prefix runner)
               (if (eq? kind 'fail) "FAIL" "XPASS")
               (if name " " "")
               (if name (cdr name) "")))
    (log-line runner "Test end:")
    (for-each (lambda (entry)
                (if (not (memq (car entry) properties-before))
                    (log-property runner entry)))
              (test-result-alist runner))))
(define (test-on-final-simple runner)
  "Print how many tests came out how."
  (for-each (lambda (label count)
              (if (> count 0)
                  (print-everywhere runner label count)))
            '("# of expected passes      " "# of expected failures    " "# of unexpected successes "
              "# of unexpected failures  " "# of skipped tests        ")
            (list (test-runner-pass-count runner) (test-runner-xfail-count runner)
                  (test-runner-xpass-count runner) (test-runner-fail-count runner)
                  (test-runner-skip-count runner))))

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
        ((string? x) (test-match-name x))
        (else (error "not a valid test specifier"))))

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
      (let* ((runner (test-runner-create))
             (final (test-runner-on-final runner)))
        ;; A runner made here lasts until its first group ends.
        (test-runner-on-final! runner (lambda (runner) (final runner) (test-runner-current #f)))
        (test-runner-current runner)))
  (let ((runner (test-runner-current)))
    ((test-runner-on-group-begin runner) runner suite-name count)
    (set-saved! runner (cons (list count (total runner) (skips runner) (expected-failures runner))
                             (saved runner)))
    (test-runner-group-stack! runner (cons suite-name (test-runner-group-stack runner)))))

(define (absolute-location runner properties)
  ;; PROPERTIES, fresh, with the absolute name of their source file, as Guile knows those of scripts.
  (map (lambda (entry)
         (if (and (eq? (car entry) 'source-file) (not (absolute-file-name? (cdr entry))))
             (cons 'source-file (string-append (directory runner) "/" (cdr entry)))
             (cons (car entry) (cdr entry))))
       properties))

(define (end-group suite-name location)
  (let* ((runner (test-runner-get))
         (names (test-runner-group-stack runner)))
    (if (null? names)
        (error (string-append (place-prefix runner) "test-end not in a group")))
    (test-result-alist! runner (absolute-location runner location))
    (if (and suite-name (not (equal? suite-name (car names))))
        ((test-runner-on-bad-end-name runner) runner suite-name (car names)))
    (apply (lambda (expected before skips failures)
             (let ((count (- (total runner) before)))
               (if (and expected (not (= expected count)))
                   ((test-runner-on-bad-count runner) runner count expected)))
             ((test-runner-on-group-end runner) runner)
             (test-runner-group-stack! runner (cdr names))
             (set-saved! runner (cdr (saved runner)))
             (set-skips! runner skips)
             (set-expected-failures! runner failures))
           (car (saved runner)))
    (if (null? (test-runner-group-stack runner))
        ((test-runner-on-final runner) runner))))

(eval-when (expand load eval)
  (define (location-of form)
    ;; The properties that say where FORM is and what it is, as a syntax object.
    (let ((source (syntax-source form)))
      (define (property key name adjust)
        (let ((value (and source (assq-ref source key))))
          (if value (list (cons name (adjust value))) '())))
      (datum->syntax #'here
                     (append (list (cons 'source-form (syntax->datum form)))
                             (property 'filename 'source-file identity)
                             (property 'line 'source-line 1+))))))

(define-syntax test-end
  (lambda (x)
    "Close the innermost group."
    (syntax-case x ()
      ((_) #`(end-group #f '#,(location-of x)))
      ((_ name) #`(end-group name '#,(location-of x))))))

(define (run-group name thunk)
  (let ((runner (test-runner-current)))
    (test-result-alist! runner (list (cons 'test-name name)))
    (if (not (eq? 'skip (planned-kind runner)))
        (dynamic-wind
          (lambda () (test-begin name))
          thunk
          (lambda () (end-group name '()))))))

(define-syntax-rule (test-group name body ...)
  (run-group name (lambda () body ...)))
(define-syntax test-group-with-cleanup
  (syntax-rules ()
    ((_ name cleanup) (test-group-with-cleanup name #f cleanup))
    ((_ name body ... cleanup)
     (test-group name
       (dynamic-wind
         (lambda () #f)
         (lambda () body ...)
         (lambda () cleanup))))))

;; Tests

(define (planned-kind runner)
  ;; skip, xfail or #f for the test, or group, whose name is set. Every specifier is asked each time, since some
  ;; count, but those of expected failures only about tests that run.
  (let* ((only (run-list runner))
         (run? (or (eq? only #t) (any* (lambda (s) (s runner)) only)))
         (skip? (or (not run?) (any* (lambda (s) (s runner)) (skips runner)))))
    (cond (skip?
           (test-result-set! runner 'result-kind 'skip)
           'skip)
          ((any* (lambda (s) (s runner)) (expected-failures runner))
           (test-result-set! runner 'result-kind 'xfail)
           'xfail)
          (else #f))))

(define (report-result runner)
  (define (increment! count set-count!)
    (set-count! runner (+ 1 (count runner))))
  (case (test-result-kind runner)
    ((pass) (increment! test-runner-pass-count test-runner-pass-count!))
    ((fail) (increment! test-runner-fail-count test-runner-fail-count!))
    ((xpass) (increment! test-runner-xpass-count test-runner-xpass-count!))
    ((xfail) (increment! test-runner-xfail-count test-runner-xfail-count!))
    (else (increment! test-runner-skip-count test-runner-skip-count!)))
  (increment! total set-total!)
  ((test-runner-on-test-end runner) runner))

(define (run-test properties check)
  ;; CHECK sets the properties of the test and returns whether it passed.
  (let ((runner (test-runner-get)))
    (test-result-alist! runner (absolute-location runner properties))
    (planned-kind runner)
    ((test-runner-on-test-begin runner) runner)
    (if (not (eq? 'skip (test-result-kind runner)))
        (let ((passed? (check runner)))
          (test-result-set! runner 'result-kind
                            (if (eq? 'xfail (test-result-kind runner))
                                (if passed? 'xpass 'xfail)
                                (if passed? 'pass 'fail)))))
    (report-result runner)))

(define (value-or-error runner thunk)
  ;; The value of THUNK, #f when it raises.
  (let ((value (catch #t
                 thunk
                 (lambda (key . args)
                   (test-result-set! runner 'actual-error (cons key args))
                   #f))))
    (test-result-set! runner 'actual-value value)
    value))

(define-syntax test-assert
  (lambda (x)
    (syntax-case x ()
      ((_ name expression)
       #`(run-test (acons 'test-name name '#,(location-of x))
                   (lambda (runner) (value-or-error runner (lambda () expression)))))
      ((_ expression)
       #`(run-test '#,(location-of x)
                   (lambda (runner) (value-or-error runner (lambda () expression))))))))

(define (comparison same? expected thunk)
  (lambda (runner)
    (let ((expected (expected)))
      (test-result-set! runner 'expected-value expected)
      (same? expected (value-or-error runner thunk)))))

(define-syntax-rule (define-comparison name same?)
  (define-syntax name
    (lambda (x)
      (syntax-case x ()
        ((_ label expected expression)
         #`(run-test (acons 'test-name label '#,(location-of x))
                     (comparison same? (lambda () expected) (lambda () expression))))
        ((_ expected expression)
         #`(run-test '#,(location-of x)
                     (comparison same? (lambda () expected) (lambda () expression))))))))

(define-comparison test-equal equal?)
(define-comparison test-eqv eqv?)
(define-comparison test-eq eq?)

(define (within error)
  (define (close? part expected actual)
    (<= (- (part expected) error) (part actual) (+ (part expected) error)))
  (lambda (expected actual)
    (and (close? real-part expected actual)
         (close? imag-part expected actual))))

(define-syntax test-approximate
  (lambda (x)
    (syntax-case x ()
      ((_ name expected expression error)
       #`(run-test (acons 'test-name name '#,(location-of x))
                   (comparison (within error) (lambda () expected) (lambda () expression))))
      ((_ expected expression error)
       #`(run-test '#,(location-of x)
                   (comparison (within error) (lambda () expected) (lambda () expression)))))))

;; As Guile, take any error for the expected one; the log tells both.
(define (raising type thunk)
  (lambda (runner)
    (test-result-set! runner 'expected-error (type))
    (catch #t
      (lambda ()
        (test-result-set! runner 'actual-value (thunk))
        #f)
      (lambda (key . args)
        (test-result-set! runner 'actual-error (cons key args))
        #t))))

(define-syntax test-error
  (lambda (x)
    (syntax-case x ()
      ((_ name type expression)
       #`(run-test (acons 'test-name name '#,(location-of x))
                   (raising (lambda () type) (lambda () expression))))
      ((_ type expression)
       #`(run-test '#,(location-of x) (raising (lambda () type) (lambda () expression))))
      ((_ expression)
       #`(run-test '#,(location-of x) (raising (lambda () #t) (lambda () expression)))))))

(define (test-apply first . rest)
  "Call a procedure with a runner, or the current one, running only the tests that the specifiers mean."
  (cond ((test-runner? first)
         (test-with-runner first (apply test-apply rest)))
        ((test-runner-current)
         => (lambda (runner)
              (if (null? rest)
                  (first)
                  (let ((before (run-list runner))
                        (specifiers (map ->specifier (cons first (drop-right rest 1)))))
                    (set-run-list! runner (if (eq? before #t) specifiers (append specifiers before)))
                    ((last rest))
                    (set-run-list! runner before)))))
        (else
         (let ((runner (test-runner-create)))
           (test-with-runner runner (apply test-apply first rest))
           ((test-runner-on-final runner) runner)))))

(define-syntax-rule (test-with-runner runner body ...)
  (parameterize ((test-runner-current runner))
    body ...))

(define (test-read-eval-string string)
  "Evaluate the datum that STRING is the text of."
  (let* ((port (open-input-string string))
         (form (read port)))
    (if (eof-object? (read-char port))
        (eval form (current-module))
        (error "(not at eof)"))))
