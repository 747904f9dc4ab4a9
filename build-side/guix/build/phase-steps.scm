;;; Commentary:
;;;
;;; Running the phases of a build one at a time, each in a process of its own: what `,step' of the REPL does inside of
;;; the sandbox.  The build script is run as it is, but `gnu-build', which all build systems end in, is told which of the
;;; phases to run; environment variables and the current directory go from one phase to the next in a file.
;;; The other side is runtime/builds/stepping.ts.
;;;
;;; Code:

(define-module (guix build phase-steps)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module ((ice-9 ftw) #:select (scandir))
  #:use-module (ice-9 match)
  #:export (list-phases run-phase run-shell))

(define (phase-selection)
  "Return the parameter that selects phases, of the `gnu-build' that the build script uses."
  (let ((variable (module-variable (resolve-module '(guix build gnu-build-system)) 'phase-selection)))
    (unless variable
      (error "the module (guix build gnu-build-system) of this build cannot run single phases"))
    (variable-ref variable)))

(define (run-script script select)
  "Run SCRIPT with the phases that SELECT, a procedure of them all, returns."
  (set-program-arguments (list script))
  (parameterize (((phase-selection) select))
    (primitive-load script)))

(define (save-state file)
  (call-with-output-file file
    (lambda (port)
      (write (list (environ) (getcwd)) port))))

(define (restore-state file)
  "Take up the environment and the directory that FILE tells, if it is there."
  (when (file-exists? file)
    (match (call-with-input-file file read)
      ((variables directory)
       (environ variables)
       (chdir directory)))))

(define (list-phases script file)
  "Write the names of the phases that SCRIPT would run to FILE."
  (run-script script
              (lambda (phases)
                (call-with-output-file file
                  (lambda (port)
                    (for-each (match-lambda
                                ((name . _)
                                 (display name port)
                                 (newline port)))
                              phases)))
                '())))

(define (run-phase script index file)
  "Run phase INDEX of SCRIPT in the state that FILE tells, and write the state that it leaves to FILE."
  (restore-state file)
  (run-script script
              (lambda (phases)
                (list (list-ref phases index))))
  (save-state file))

(define (shell-of-inputs)
  "Return the file name of a shell among all that the build sees, or #f."
  (define directories
    (map (cut string-append (%store-directory) "/" <> "/bin/")
         (or (scandir (%store-directory)) '())))

  (find file-exists?
        (append-map (lambda (name)
                      (map (cut string-append <> name) directories))
                    '("bash" "sh"))))

(define (run-shell file)
  "Become an interactive shell in the state that FILE tells."
  (restore-state file)
  (let ((shell (or (which "bash") (which "sh")
                   ;; No phase has set the search path yet.
                   (and=> (shell-of-inputs)
                          (lambda (shell)
                            (setenv "PATH" (dirname shell))
                            shell)))))
    (unless shell
      (error "no shell among the inputs of the build"))
    (setenv "PS1" "[build] \\w\\$ ")
    (execl shell shell "--norc" "-i")))
