;;; Commentary:
;;;
;;; Which builds and downloads are going on and which have ended, computed from events.  Part of (guix status).
;;;
;;; Code:

(define-module (guix status state)
  #:use-module (guix derivations)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-19)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (build-status build-status? build-status-building build-status-downloading
            build-status-builds-completed build-status-downloads-completed
            build build? build-derivation build-id build-system build-log-file build-phase build-completion
            download download? download-item download-uri download-size
            download-start download-end download-transferred
            compute-status
            simultaneous-jobs))

(define-record-type* <build-status> build-status make-build-status
  build-status?
  (building build-status-building (default '()))
  (downloading build-status-downloading (default '()))
  (builds-completed build-status-builds-completed (default '()))
  (downloads-completed build-status-downloads-completed (default '())))

(define-immutable-record-type <build>
  (%build derivation id system log-file phase completion)
  build?
  (derivation build-derivation)               ;file name
  (id build-id)                               ;number by which its output is told from others', or #f
  (system build-system)
  (log-file build-log-file)                   ;file name or #f
  (phase build-phase set-build-phase)         ;symbol or #f
  (completion build-completion set-build-completion)) ;percentage or #f

(define* (build derivation system #:key id log-file phase completion)
  "Return a build of DERIVATION for SYSTEM."
  (%build derivation id system log-file phase completion))

(define-record-type <download>
  (%download item uri size start end transferred)
  download?
  (item download-item)                        ;store item
  (uri download-uri)
  (size download-size)                        ;integer or #f
  (start download-start)                      ;time
  (end download-end)                          ;time or #f
  (transferred download-transferred))         ;integer

(define* (download item uri #:key size (start (current-time time-monotonic)) end (transferred 0))
  "Return a download of ITEM from URI."
  (%download item uri size start end transferred))

(define (simultaneous-jobs status)
  "Return how many builds and downloads go on."
  (+ (length (build-status-building status)) (length (build-status-downloading status))))


;;;
;;; Lines of logs that tell how far a build is.
;;;

(define percentage-rx (make-regexp "^[[:space:]]*\\[ *([0-9]+)%\\]"))                  ;CMake
(define fraction-rx (make-regexp "^[[:space:]]*\\[ *([0-9]+) *(/|of) *([0-9]+)\\]"))   ;Ninja, GHC
(define phase-rx (make-regexp "^starting phase [`']([^']+)'"))

(define (line->update line)
  "Return the procedure that LINE of a log means for a build, or #f."
  (define (number match index)
    (string->number (match:substring match index)))

  (and (not (string-index line #\nul))        ;no regular expression takes it
       (cond ((regexp-exec percentage-rx line)
              => (lambda (match)
                   (lambda (build) (set-build-completion build (number match 1)))))
             ((regexp-exec fraction-rx line)
              => (lambda (match)
                   (let ((total (number match 3)))
                     (and (positive? total)
                          (lambda (build)
                            (set-build-completion build (* 100. (/ (number match 1) total))))))))
             ((regexp-exec phase-rx line)
              => (lambda (match)
                   (let ((phase (string->symbol (match:substring match 1))))
                     (lambda (build)
                       (set-build-phase (set-build-completion build #f) phase)))))
             (else #f))))


;;;
;;; Events.
;;;

(define (extract predicate lst)
  "Return the first element of LST that fits PREDICATE, or #f, and the others."
  (let ((element (find predicate lst)))
    (values element (if element (delq element lst) lst))))

(define* (compute-status event status
                         #:key (current-time current-time)
                         (derivation-path->output-path derivation-path->output-path))
  "Return what STATUS becomes by EVENT, a list such as (build-started \"/gnu/store/...-foo.drv\" ...)."
  (define (now) (current-time time-monotonic))

  (define (take-download item)
    (extract (lambda (download) (string=? item (download-item download)))
             (build-status-downloading status)))

  (define (complete item uri size)
    (call-with-values (lambda () (take-download item))
      (lambda (current others)
        (build-status
          (inherit status)
          (downloading others)
          (downloads-completed
           (cons (download item uri #:size size #:transferred size
                           #:start (if current (download-start current) (now))
                           #:end (now))
                 (build-status-downloads-completed status)))))))

  (define (is-download-of? build item)
    ;; Builds whose output is fixed are known as downloads once they are.
    (equal? item (false-if-exception (derivation-path->output-path (build-derivation build)))))

  (match event
    (('build-started drv _ system log-file . rest)
     (build-status
       (inherit status)
       (building (cons (build drv system
                              #:id (match rest
                                     ((id . _) (string->number id))
                                     (() #f))
                              #:log-file (and (not (string-null? log-file)) log-file))
                       (build-status-building status)))))
    (((or 'build-succeeded 'build-failed) drv . _)
     (call-with-values
         (lambda ()
           (extract (lambda (build) (string=? drv (build-derivation build)))
                    (build-status-building status)))
       (lambda (done others)
         (if done
             (build-status
               (inherit status)
               (building others)
               (builds-completed (cons done (build-status-builds-completed status))))
             status))))
    (('download-started item uri (= string->number size))
     (build-status
       (inherit status)
       (building (remove (lambda (build) (is-download-of? build item))
                         (build-status-building status)))
       (downloading (cons (download item uri #:size size #:start (now))
                          (build-status-downloading status)))))
    (('download-progress item uri (= string->number size) (= string->number transferred))
     (call-with-values (lambda () (take-download item))
       (lambda (current others)
         (build-status
           (inherit status)
           (downloading (cons (download item uri #:size size #:transferred transferred
                                        #:start (if current (download-start current) (now)))
                              others))))))
    (('download-succeeded item uri (= string->number size))
     (complete item uri size))
    (('substituter-succeeded item . _)
     ;; Not all substituters tell of downloads that succeeded.
     (match (take-download item)
       (#f status)
       (current (complete item (download-uri current) (download-size current)))))
    (('build-log (? integer? id) line)
     (match (line->update line)
       (#f status)
       (update
        (call-with-values
            (lambda () (extract (lambda (build) (eqv? id (build-id build)))
                                (build-status-building status)))
          (lambda (current others)
            (if current
                (build-status
                  (inherit status)
                  (building (cons (update current) others)))
                status))))))
    (_ status)))
