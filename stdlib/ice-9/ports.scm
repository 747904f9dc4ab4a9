;;; Commentary:
;;;
;;; The ports of (guile), as a module of their own, and a few procedures on files that only it has.
;;;
;;; Code:

(define-module (ice-9 ports)
  #:re-export (%port-property %set-port-property! current-input-port current-output-port current-error-port
               current-warning-port current-load-port set-current-input-port set-current-output-port
               set-current-error-port port-mode port? input-port? output-port? port-closed? eof-object?
               close-port close-input-port close-output-port port-encoding set-port-encoding!
               port-conversion-strategy set-port-conversion-strategy! read-char peek-char unread-char
               unread-string setvbuf drain-input force-output char-ready? seek SEEK_SET SEEK_CUR SEEK_END
               truncate-file port-line set-port-line! port-column set-port-column! port-filename
               set-port-filename! flush-all-ports %make-void-port open-file file-port? port-revealed
               set-port-revealed! ftell redirect-port dup->fdes dup2 fileno isatty? fdopen move->fdes
               release-port-handle dup duplicate-port fdes->inport fdes->outport fdes->ports port-for-each port->fdes OPEN_READ
               OPEN_WRITE OPEN_BOTH open-input-file open-output-file call-with-port call-with-input-file
               call-with-output-file with-input-from-port with-output-to-port with-error-to-port
               with-input-from-file with-output-to-file with-error-to-file call-with-input-string
               with-input-from-string call-with-output-string with-output-to-string with-error-to-string
               the-eof-object)
  #:export (file-position file-set-position dup->port dup->inport dup->outport adjust-port-revealed!
            primitive-move->fdes *null-device* open-io-file inherit-print-state))

(define *null-device* "/dev/null")

(define (primitive-move->fdes port fdes)
  "Make FDES the descriptor of PORT; return #t."
  (move->fdes port fdes)
  #t)

(define (file-position port) "Return the position in PORT." (ftell port))
(define* (file-set-position port position #:optional (whence SEEK_SET))
  "Move to POSITION in PORT, as `seek' with WHENCE; return the new position."
  (seek port position whence))

(define (dup->port port mode . fd)
  "Return a port of MODE on a new descriptor for the file of PORT, a port or a descriptor: FD if that is given."
  (fdopen (apply dup->fdes port fd) mode))
(define (dup->inport port . fd) "Return an input port for the file of PORT." (apply dup->port port "r" fd))
(define (dup->outport port . fd) "Return an output port for the file of PORT." (apply dup->port port "w" fd))
(define (adjust-port-revealed! port addend)
  "Count ADDEND more holders of the descriptor of PORT: descriptors close with their ports all the same."
  (set-port-revealed! port (+ addend (port-revealed port))))

(define (open-io-file file)
  "Return a port that reads and writes FILE."
  (open-file file "r+"))

(define (inherit-print-state old-port new-port)
  "Return NEW-PORT: how data print is not a property of ports."
  new-port)
