;;; Commentary:
;;;
;;; What is going to be done: builds, downloads, changes of a profile.
;;; Part of (guix ui).
;;;
;;; Code:

(define-module (guix ui plans)
  #:use-module ((guix build syscalls) #:select (free-disk-space))
  #:use-module (guix colors)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix profiles)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 format)
  #:use-module (ice-9 iconv)
  #:use-module (ice-9 match)
  #:export (show-derivation-outputs
            check-available-space
            show-what-to-build
            show-what-to-build*
            build-notifier
            show-manifest-transaction))

(define (show-derivation-outputs derivation)
  "Write the names of the outputs of DERIVATION, a derivation or an input of one, a line each."
  (for-each (lambda (item) (display item) (newline))
            (match derivation
              ((? derivation?)
               (map (cut derivation->output-path derivation <>) (derivation-output-names derivation)))
              ((? derivation-input? input)
               (derivation-input-output-paths input)))))

(define* (check-available-space need #:optional (directory (%store-prefix)))
  "Warn unless there is room for NEED bytes in DIRECTORY."
  (match (false-if-exception (free-disk-space directory))
    (#f #t)
    (free
     (when (>= need free)
       (warning (G_ "at least ~,1h MB needed but only ~,1h MB available in ~a~%")
                (/ need 1e6) (/ free 1e6) directory)))))

(define (colorize-item item)
  ;; The hash matters less.
  (let ((hash-end (+ (string-length (%store-prefix)) 32 2)))
    (if (< (string-length item) hash-end)
        item
        (string-append (colorize-string (string-take item hash-end) (color DARK))
                       (string-drop item hash-end)))))

(define (derivation-kind derivation)
  "Return what DERIVATION is shown as: `graft', `profile-hook' or `build'."
  (match (assq-ref (derivation-properties derivation) 'type)
    ((and kind (or 'graft 'profile-hook)) kind)
    (_ 'build)))

(define %default-verbosity 2)

(define* (show-what-to-build store things
                             #:key dry-run? (use-substitutes? #t) (verbosity %default-verbosity)
                             (mode (build-mode normal)))
  "Write to the error port what will be, or with DRY-RUN? would be, built and downloaded for THINGS, derivations or
derivation inputs, in MODE; more of it with VERBOSITY 2 than 1, nothing with 0.  Return two values: whether something is
to be built, and whether something is to be downloaded."
  (define port (current-error-port))
  (define show-item (if (color-output? port) colorize-item identity))

  (define inputs
    (map (lambda (thing)
           (if (derivation? thing) (derivation-input thing) thing))
         things))

  (define (show-list heading style indent items)
    (unless (null? items)
      (display (style (string-append heading "\n")) port)
      (for-each (lambda (item)
                  (format port "~a~a~%" indent (show-item item)))
                items)))

  (define (sentence singular plural count)
    (format #f (N_ singular plural count) (if dry-run? "would" "will")))

  (call-with-values
      (lambda ()
        (derivation-build-plan store inputs
                               #:mode mode
                               #:substitutable-info
                               (if use-substitutes?
                                   (substitution-oracle store inputs #:mode mode)
                                   (const #f))))
    (lambda (build download)
      (define (of-kind kind)
        (reverse (filter-map (lambda (derivation)
                               (and (eq? kind (derivation-kind derivation))
                                    (derivation-file-name derivation)))
                             build)))

      (define builds (of-kind 'build))
      (define grafts (of-kind 'graft))
      (define hooks (of-kind 'profile-hook))
      (define download-sizes (map substitutable-download-size download))
      (define megabytes (/ (apply + download-sizes) 1e6))
      ;; Not all servers tell sizes.
      (define sizes-known? (not (any zero? download-sizes)))

      (when (positive? verbosity)
        (show-list (sentence "The following derivation ~a be built:"
                             "The following derivations ~a be built:" (length builds))
                   highlight/warn "  " builds))
      (cond ((>= verbosity 2)
             (show-list (if sizes-known?
                            (format #f (G_ "~,1h MB ~a be downloaded:") megabytes (if dry-run? "would" "will"))
                            (sentence "The following file ~a be downloaded:"
                                      "The following files ~a be downloaded:" (length download)))
                        highlight "  " (map substitutable-path download))
             (show-list (sentence "The following graft ~a be made:"
                                  "The following grafts ~a be made:" (length grafts))
                        identity "   " grafts)
             (show-list (sentence "The following profile hook ~a be built:"
                                  "The following profile hooks ~a be built:" (length hooks))
                        identity "   " hooks))
            ((= verbosity 1)
             (unless (null? builds)
               (newline port))
             (unless (null? download)
               (display (highlight
                         (if sizes-known?
                             (format #f (G_ "~,1h MB ~a be downloaded~%") megabytes (if dry-run? "would" "will"))
                             (format #f (N_ "~h item ~a be downloaded~%" "~h items ~a be downloaded~%"
                                            (length download))
                                     (length download) (if dry-run? "would" "will"))))
                        port))))
      (check-available-space (apply + (map substitutable-nar-size download)))
      (values (pair? build) (pair? download)))))

(define show-what-to-build* (store-lift show-what-to-build))

(define* (build-notifier #:key dry-run? (use-substitutes? #t) (verbosity %default-verbosity))
  "Return a procedure for `with-build-handler' that shows what is going to be built, and with DRY-RUN? has nothing built."
  (define (thing->input thing)
    (define (read-input file outputs)
      ;; The daemon may know a derivation that is not there.
      (and=> (false-if-exception (read-derivation-from-file file))
             (cut apply derivation-input <> outputs)))

    (match thing
      (((? derivation-path? file) . outputs)
       (read-input file (list (string-split outputs #\,))))
      ((? derivation-path? file)
       (read-input file '()))
      (_ #f)))

  (lambda (continue store things mode)
    (call-with-values
        (lambda ()
          (show-what-to-build store (filter-map thing->input things)
                              #:dry-run? dry-run?
                              #:use-substitutes? use-substitutes?
                              #:verbosity verbosity
                              #:mode mode))
      (lambda (build? download?)
        (unless (and dry-run? (or build? download?))
          (continue #t))))))


;;;
;;; Changes of profiles.
;;;

(define (right-arrow port)
  "Return an arrow that can be written to PORT."
  (if (false-if-exception (string->bytevector "→" (or (port-encoding port) "UTF-8") 'error))
      "→"
      "->"))

(define (table-lines rows)
  "Return ROWS, lists of strings, as lines with columns of equal width."
  (define widths
    (apply map (lambda cells (min 25 (apply max (map string-length cells)))) rows))

  (define (pad cell width)
    (if (> (string-length cell) width) cell (string-pad-right cell width)))

  (map (lambda (row)
         (string-trim-right (string-append "   " (string-join (map pad row widths) " "))))
       rows))

(define* (show-manifest-transaction store manifest transaction #:key dry-run?)
  "Write to the error port what TRANSACTION will do, or with DRY-RUN? would do, to MANIFEST."
  (define port (current-error-port))
  (define arrow (right-arrow port))

  (define (label entry)
    (match (manifest-entry-output entry)
      ("out" (manifest-entry-name entry))
      (output (string-append (manifest-entry-name entry) ":" output))))

  (define (entry-row entry)
    (list (label entry) (manifest-entry-version entry)))

  (define change-row
    (match-lambda
      ((old . new)
       (let ((before (manifest-entry-version old))
             (after (manifest-entry-version new)))
         (list (label new)
               (if (string=? before after)
                   (G_ "(dependencies or package changed)")
                   (string-append before " " arrow " " after)))))))

  (define (show what rows)
    (unless (null? rows)
      (format port (N_ "The following package ~a be ~a:~%~{~a~%~}~%"
                       "The following packages ~a be ~a:~%~{~a~%~}~%"
                       (length rows))
              (if dry-run? "would" "will")
              what
              (table-lines (stable-sort rows (lambda (a b) (string<? (first a) (first b))))))))

  (call-with-values (lambda () (manifest-transaction-effects manifest transaction))
    (lambda (remove install upgrade downgrade)
      (show "removed" (map entry-row remove))
      (show "downgraded" (map change-row downgrade))
      (show "upgraded" (map change-row upgrade))
      (show "installed" (map entry-row install)))))
