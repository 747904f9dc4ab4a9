;;; Commentary:
;;;
;;; Ports of R6RS.
;;;
;;; Code:

(define-module (rnrs io ports)
  #:version (6)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 textual-ports)
  #:use-module (srfi srfi-9)
  #:export (port-eof?
            buffer-mode buffer-mode? eol-style native-eol-style error-handling-mode
            make-transcoder transcoder-codec transcoder-eol-style transcoder-error-handling-mode
            native-transcoder latin-1-codec utf-8-codec utf-16-codec
            transcoded-port port-transcoder binary-port? textual-port?
            port-has-port-position? port-position port-has-set-port-position!? set-port-position!
            file-options open-file-input-port open-file-output-port open-file-input/output-port
            call-with-bytevector-output-port call-with-string-output-port
            open-string-input-port open-string-output-port get-datum put-datum
            standard-input-port standard-output-port standard-error-port
            output-port-buffer-mode
            bytevector->string string->bytevector
            make-i/o-error i/o-error?)
  #:re-export (eof-object port? input-port? output-port? call-with-port flush-output-port
               get-u8 lookahead-u8 get-bytevector-n get-bytevector-n! get-bytevector-some
               get-bytevector-all put-u8 put-bytevector
               open-bytevector-input-port open-bytevector-output-port
               make-custom-binary-input-port make-custom-binary-output-port
               make-custom-binary-input/output-port
               get-char lookahead-char get-line get-string-n get-string-n! get-string-all
               put-char put-string eof-object? close-port
               current-input-port current-output-port current-error-port))

(define-record-type <transcoder>
  (%make-transcoder codec eol-style error-handling-mode)
  transcoder?
  (codec transcoder-codec)
  (eol-style transcoder-eol-style)
  (error-handling-mode transcoder-error-handling-mode))

(define-syntax-rule (buffer-mode mode) 'mode)
(define (buffer-mode? x) "Return #t when X is a buffer mode." (and (memq x '(none line block)) #t))
(define-syntax-rule (eol-style style) 'style)
(define (native-eol-style) "Return how lines end." 'none)
(define-syntax-rule (error-handling-mode mode) 'mode)
(define-syntax-rule (file-options option ...) '(option ...))
(define (latin-1-codec) "Return the codec of ISO 8859-1." "ISO-8859-1")
(define (utf-8-codec) "Return the codec of UTF-8." "UTF-8")
(define (utf-16-codec) "Return the codec of UTF-16." "UTF-16")
(define* (make-transcoder codec #:optional (eol-style 'none) (mode 'replace))
  "Return a transcoder."
  (%make-transcoder codec eol-style mode))
(define (native-transcoder) "Return the transcoder of text files." (make-transcoder (utf-8-codec)))

(define (transcoded-port port transcoder)
  "Return PORT with the encoding of TRANSCODER."
  (if transcoder
      (begin
        (set-port-encoding! port (transcoder-codec transcoder))
        (set-port-conversion-strategy! port
                                       (if (eq? 'raise (transcoder-error-handling-mode transcoder))
                                           'error
                                           'substitute))))
  port)
(define (port-transcoder port)
  "Return the transcoder of PORT."
  (make-transcoder (port-encoding port)))
(define (binary-port? port) "Return #t when PORT is a port." (port? port))
(define (textual-port? port) "Return #t when PORT is a port." (port? port))
(define (port-eof? port)
  "Return #t when PORT is at its end."
  (eof-object? (lookahead-u8 port)))

(define (port-has-port-position? port) "Return #t when PORT can tell its position." #t)
(define (port-position port) "Return the position in PORT." (ftell port))
(define (port-has-set-port-position!? port) "Return #t when PORT can move." #t)
(define (set-port-position! port position) "Move to POSITION in PORT." (seek port position SEEK_SET))

(define* (open-file-input-port file #:optional options mode transcoder)
  "Return a port that reads FILE."
  (transcoded-port (open-file file "rb") transcoder))
(define* (open-file-output-port file #:optional (options '()) mode transcoder)
  "Return a port that writes FILE."
  (if (and (file-exists? file) (not (memq 'no-fail options)))
      (scm-error 'system-error "open-file-output-port" "~A: ~S" (list "File exists" file) (list EEXIST)))
  (transcoded-port (open-file file (if (memq 'no-truncate options) "r+b" "wb")) transcoder))
(define* (open-file-input/output-port file #:optional (options '()) mode transcoder)
  "Return a port that reads and writes FILE."
  (transcoded-port (open-file file (if (memq 'no-truncate options) "r+b" "w+b")) transcoder))

(define* (call-with-bytevector-output-port proc #:optional transcoder)
  "Return the bytes PROC writes to the port it is called with."
  (call-with-values (lambda () (open-bytevector-output-port))
    (lambda (port get)
      (proc (transcoded-port port transcoder))
      (get))))
(define (call-with-string-output-port proc)
  "Return the text PROC writes to the port it is called with."
  (call-with-output-string proc))
(define (open-string-input-port string) "Return a port that reads STRING." (open-input-string string))
(define (open-string-output-port)
  "Return a port that collects text, and a procedure that returns and forgets it."
  (let ((port (open-output-string)))
    (values port
            (lambda ()
              (let ((text (get-output-string port)))
                (%truncate-output-string port)
                text)))))
(define (get-datum port) "Read a datum from PORT." (read port))
(define (put-datum port datum) "Write DATUM to PORT." (write datum port))
(define (standard-input-port) "Return a port on standard input." (duplicate-port (fdopen 0 "r") "rb"))
(define (standard-output-port) "Return a port on standard output." (fdopen (dup->fdes 1) "wb"))
(define (standard-error-port) "Return a port on standard error." (fdopen (dup->fdes 2) "wb"))
(define (output-port-buffer-mode port) "Return the buffer mode of PORT." 'block)
(define (bytevector->string bytes transcoder)
  "Return the text of BYTES."
  ((@ (ice-9 iconv) bytevector->string) bytes (transcoder-codec transcoder) 'substitute))
(define (string->bytevector string transcoder)
  "Return the bytes of STRING."
  ((@ (ice-9 iconv) string->bytevector) string (transcoder-codec transcoder) 'substitute))
(define (i/o-error? x) "Return #t when X is an error of input or output." (and (exception? x) (eq? (exception-kind x) 'system-error)))
(define (make-i/o-error) "Return an error of input or output." ((@ (ice-9 exceptions) make-external-error)))
