;;; The procedures on modules that call procedures.

(define (module-map proc module)
  "Return the list of the results of (PROC NAME VARIABLE) for each binding of MODULE."
  (map (lambda (binding) (proc (car binding) (cdr binding)))
       (%module-bindings module)))

(define (module-for-each proc module)
  "Call (PROC NAME VARIABLE) for each binding of MODULE."
  (for-each (lambda (binding) (proc (car binding) (cdr binding)))
            (%module-bindings module)))

(define (save-module-excursion thunk)
  "Call THUNK and return its values; the current module is the same again afterwards."
  (let ((inner (current-module))
        (outer #f))
    (dynamic-wind
      (lambda () (set! outer (current-module)) (set-current-module inner))
      thunk
      (lambda () (set! inner (current-module)) (set-current-module outer)))))
