;;; Commentary:
;;;
;;; Ports made of procedures, each of which is given the port: reading and writing bytes, moving, closing.
;;; Interface: (ice-9 custom-ports) of Guile 3.0.9.
;;;
;;; Code:

(define-module (ice-9 custom-ports)
  #:use-module (ice-9 binary-ports)
  #:export (make-custom-port))

(define* (make-custom-port #:key
                           (read #f)
                           (write #f)
                           (read-wait-fd #f)
                           (write-wait-fd #f)
                           (input-waiting? #f)
                           (seek #f)
                           (random-access? #f)
                           (get-natural-buffer-sizes #f)
                           (id "custom-port")
                           (print #f)
                           (close #f)
                           (truncate #f)
                           (encoding (string->symbol (or (fluid-ref %default-port-encoding) "ISO-8859-1")))
                           (conversion-strategy (fluid-ref %default-port-conversion-strategy))
                           (close-on-gc? #f))
  "Return a port on the procedures READ and WRITE, of the port, a bytevector, a start and a count, which return how many
bytes were transferred; SEEK, of the port, an offset and SEEK_SET, SEEK_CUR or SEEK_END, which returns the new position;
CLOSE, of the port."
  (define (with-port procedure)
    (and procedure (lambda (bytes start count) (procedure port bytes start count))))
  (define get-position (and seek (lambda () (seek port 0 SEEK_CUR))))
  (define set-position! (and seek (lambda (offset) (seek port offset SEEK_SET))))
  (define close-it (and close (lambda () (close port))))
  (define port
    (cond ((and read write)
           (make-custom-binary-input/output-port id (with-port read) (with-port write) get-position set-position!
                                                 close-it))
          (read (make-custom-binary-input-port id (with-port read) get-position set-position! close-it))
          (write (make-custom-binary-output-port id (with-port write) get-position set-position! close-it))
          (else (error "Must have at least one I/O procedure."))))
  (set-port-encoding! port (symbol->string encoding))
  (set-port-conversion-strategy! port conversion-strategy)
  port)
