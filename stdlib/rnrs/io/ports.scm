;;; Commentary:
;;;
;;; Ports of R6RS.
;;;
;;; Code:

(define-module (rnrs io ports)
  #:version (6)
  #:use-module (ice-9 binary-ports)
  #:use-module ((ice-9 textual-ports) #:prefix textual:)
  #:use-module ((ice-9 textual-ports)
                #:select (make-custom-textual-input-port make-custom-textual-output-port
                          make-custom-textual-input/output-port))
  #:use-module (rnrs conditions)
  #:use-module (rnrs files)
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
            get-char lookahead-char get-line get-string-n get-string-n! get-string-all put-char put-string
            &i/o-decoding make-i/o-decoding-error i/o-decoding-error?
            &i/o-encoding make-i/o-encoding-error i/o-encoding-error? i/o-encoding-error-char)
  #:re-export (eof-object port? input-port? output-port? call-with-port flush-output-port
               get-u8 lookahead-u8 get-bytevector-n get-bytevector-n! get-bytevector-some
               get-bytevector-all put-u8 put-bytevector
               open-bytevector-input-port open-bytevector-output-port
               make-custom-binary-input-port make-custom-binary-output-port
               make-custom-binary-input/output-port
               make-custom-textual-input-port make-custom-textual-output-port
               make-custom-textual-input/output-port eof-object? close-port
               &i/o make-i/o-error i/o-error? &i/o-read make-i/o-read-error i/o-read-error?
               &i/o-write make-i/o-write-error i/o-write-error?
               &i/o-invalid-position make-i/o-invalid-position-error i/o-invalid-position-error? i/o-error-position
               &i/o-filename make-i/o-filename-error i/o-filename-error? i/o-error-filename
               &i/o-file-protection make-i/o-file-protection-error i/o-file-protection-error?
               &i/o-file-is-read-only make-i/o-file-is-read-only-error i/o-file-is-read-only-error?
               &i/o-file-already-exists make-i/o-file-already-exists-error i/o-file-already-exists-error?
               &i/o-file-does-not-exist make-i/o-file-does-not-exist-error i/o-file-does-not-exist-error?
               &i/o-port make-i/o-port-error i/o-port-error? i/o-error-port
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
;; Errors as conditions

(define-condition-type &i/o-decoding &i/o-port make-i/o-decoding-error i/o-decoding-error?)
(define-condition-type &i/o-encoding &i/o-port make-i/o-encoding-error i/o-encoding-error?
  (char i/o-encoding-error-char))

(define-syntax-rule (with-text-conditions (make-error port) body ...)
  (call-with-text-conditions make-error port (lambda () body ...)))
(define (call-with-text-conditions make-error port thunk)
  "Call THUNK, which reads or writes PORT; its errors become conditions, those of the system what MAKE-ERROR returns."
  (with-exception-handler
   (lambda (exception)
     (let ((args (exception-args exception)))
       (raise-exception
        (case (exception-kind exception)
          ((decoding-error) (make-i/o-decoding-error port))
          ((encoding-error) (make-i/o-encoding-error port (list-ref args (- (length args) 1))))
          ((system-error) (make-exception (make-error) (make-i/o-port-error port) exception))
          (else exception)))))
   thunk
   #:unwind? #t))

(define (call-with-file-conditions file thunk)
  "Call THUNK, which opens FILE; its errors become conditions."
  (catch 'system-error
    thunk
    (lambda args
      (let ((errno (system-error-errno args)))
        (raise-exception
         (make-exception
          ((cond ((= errno ENOENT) make-i/o-file-does-not-exist-error)
                 ((= errno EEXIST) make-i/o-file-already-exists-error)
                 ((= errno EROFS) make-i/o-file-is-read-only-error)
                 ((= errno EACCES) make-i/o-file-protection-error)
                 (else make-i/o-filename-error))
           file)
          (make-message-condition (strerror errno))))))))

(define (get-char port)
  "Read a character from PORT."
  (with-text-conditions (make-i/o-read-error port) (textual:get-char port)))
(define (lookahead-char port)
  "Return the next character of PORT without reading it."
  (with-text-conditions (make-i/o-read-error port) (textual:lookahead-char port)))
(define (get-line port)
  "Read a line from PORT."
  (with-text-conditions (make-i/o-read-error port) (textual:get-line port)))
(define (get-string-all port)
  "Read all that is left of PORT."
  (with-text-conditions (make-i/o-read-error port) (textual:get-string-all port)))
(define (get-string-n port count)
  "Read COUNT characters from PORT."
  (with-text-conditions (make-i/o-read-error port) (textual:get-string-n port count)))
(define (get-string-n! port string start count)
  "Read COUNT characters from PORT into STRING at START."
  (with-text-conditions (make-i/o-read-error port) (textual:get-string-n! port string start count)))
(define (put-char port char)
  "Write CHAR to PORT."
  (with-text-conditions (make-i/o-write-error port) (textual:put-char port char)))
(define* (put-string port string #:optional (start 0) (count (- (string-length string) start)))
  "Write COUNT characters of STRING from START to PORT."
  (with-text-conditions (make-i/o-write-error port) (textual:put-string port string start count)))

(define (binary-port? port) "Return #t when PORT has no encoding of its own." (equal? (port-encoding port) "ISO-8859-1"))
(define (textual-port? port) "Return #t when PORT is a port." (port? port))
(define (port-eof? port)
  "Return #t when PORT is at its end."
  (eof-object? (lookahead-u8 port)))

(define (port-has-port-position? port) "Return #t when PORT can tell its position."
  (catch #t (lambda () (ftell port) #t) (lambda _ #f)))
(define (port-position port) "Return the position in PORT." (ftell port))
(define (port-has-set-port-position!? port)
  "Return #t when PORT can move."
  (catch #t
    (lambda () (seek port (ftell port) SEEK_SET) #t)
    (lambda _ #f)))
(define (set-port-position! port position) "Move to POSITION in PORT." (seek port position SEEK_SET))

(define* (open-file-input-port file #:optional options mode transcoder)
  "Return a port that reads FILE."
  (transcoded-port (call-with-file-conditions file (lambda () (open-file file "rb"))) transcoder))
(define (open-output file options mode access transcoder)
  (let ((flags (logior access
                       (if (memq 'no-create options) 0 O_CREAT)
                       (if (memq 'no-truncate options) 0 O_TRUNC)
                       (if (or (memq 'no-fail options) (memq 'no-create options)) 0 O_EXCL))))
    (let ((port (call-with-file-conditions file (lambda () (open file flags)))))
      (set-port-encoding! port "ISO-8859-1")
      (if mode (setvbuf port mode))
      (transcoded-port port transcoder))))
(define* (open-file-output-port file #:optional (options '()) mode transcoder)
  "Return a port that writes FILE."
  (open-output file options mode O_WRONLY transcoder))
(define* (open-file-input/output-port file #:optional (options '()) mode transcoder)
  "Return a port that reads and writes FILE."
  (open-output file options mode O_RDWR transcoder))

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
(define (get-datum port)
  "Read a datum from PORT."
  (with-text-conditions (make-i/o-read-error port) (read port)))
(define (put-datum port datum)
  "Write DATUM to PORT."
  (with-text-conditions (make-i/o-write-error port) (write datum port)))
(define (standard-input-port) "Return a port on standard input." (duplicate-port (fdopen 0 "r") "rb"))
(define (standard-output-port) "Return a port on standard output." (fdopen (dup->fdes 1) "wb"))
(define (standard-error-port) "Return a port on standard error." (fdopen (dup->fdes 2) "wb"))
(define (output-port-buffer-mode port)
  "Return the buffer mode of PORT."
  (%port-buffering port))
(define (bytevector->string bytes transcoder)
  "Return the text of BYTES."
  ((@ (ice-9 iconv) bytevector->string) bytes (transcoder-codec transcoder) 'substitute))
(define (string->bytevector string transcoder)
  "Return the bytes of STRING."
  ((@ (ice-9 iconv) string->bytevector) string (transcoder-codec transcoder) 'substitute))
