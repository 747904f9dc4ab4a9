;;; Commentary:
;;;
;;; Long output through a pager, and lists of what was searched for.
;;; Part of (guix ui).
;;;
;;; Code:

(define-module (guix ui pager)
  #:use-module (guix colors)
  #:use-module ((guix build utils) #:select (which))
  #:use-module (guix ui recutils)
  #:use-module ((guix utils) #:select (with-environment-variables))
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:export (pager-wrapped-port
            with-paginated-output-port
            call-with-paginated-output-port
            display-search-results))

(define pager-port
  ;; (PAGER . PORT) while output goes to PAGER instead of PORT.
  (make-parameter #f))

(define* (pager-wrapped-port #:optional (port (current-output-port)))
  "Return the port that the pager that PORT leads to writes to, or #f if PORT leads to none."
  (match (pager-port)
    ((pager . wrapped) (and (eq? pager port) wrapped))
    (#f #f)))

(define (pager-command)
  "Return the words of the pager's command line, none when no pager is wanted or there is none."
  (string-tokenize (or (getenv "GUIX_PAGER") (getenv "PAGER") (which "less") (which "more") "")))

(define* (call-with-paginated-output-port proc #:key (less-options "FrX"))
  "Call PROC with a port that leads to a pager if the current output port is a terminal, else with that port.
LESS-OPTIONS are options for `less'."
  (define port (current-output-port))

  (match (if (isatty?* port) (pager-command) '())
    (() (proc port))
    (command
     (let ((pager (with-environment-variables `(("LESS" ,less-options))
                    (apply open-pipe* OPEN_WRITE command))))
       (dynamic-wind
         (const #t)
         (lambda ()
           (parameterize ((pager-port (cons pager port)))
             (proc pager)))
         (lambda () (close-pipe pager)))))))

(define-syntax with-paginated-output-port
  ;; (with-paginated-output-port PORT BODY ... [#:less-options OPTIONS]): evaluate BODY with PORT bound to a pager's port
  ;; or the current output port.
  (syntax-rules ()
    ((_ port body ... #:less-options options)
     (call-with-paginated-output-port (lambda (port) body ...) #:less-options options))
    ((_ port body ...)
     (call-with-paginated-output-port (lambda (port) body ...)))))

(define* (display-search-results matches port
                                 #:key (regexps '()) (command "guix search") (print package->recutils))
  "Write MATCHES, pairs of an object and its score, each with PRINT, with what matches REGEXPS highlighted."
  (define highlighting
    (colorize-full-matches (map (lambda (regexp) (cons regexp (color ON-RED BOLD))) regexps)))

  (with-paginated-output-port paginated
    (for-each (match-lambda
                ((object . score)
                 (print object paginated
                        #:hyperlinks? (supports-hyperlinks? port)
                        #:extra-fields `((relevance . ,score))
                        #:highlighting highlighting)))
              matches)))
