;;; Ports: the current ports as parameters, and procedures that call procedures.

(define current-input-port (fluid->parameter (%current-input-port-fluid)))
(define current-output-port (fluid->parameter (%current-output-port-fluid)))
(define current-error-port (fluid->parameter (%current-error-port-fluid)))
(define current-warning-port (fluid->parameter (%current-warning-port-fluid)))
(define %default-port-encoding (%default-port-encoding-fluid))
(define %default-port-conversion-strategy (%default-port-conversion-strategy-fluid))

(define (call-with-output-string proc)
  "Call PROC on a string port and return what was written to it."
  (let ((port (open-output-string)))
    (proc port)
    (let ((text (get-output-string port)))
      (close-port port)
      text)))

(define (call-with-input-string string proc)
  "Call PROC on a port that reads STRING."
  (proc (open-input-string string)))

(define (with-output-to-string thunk)
  "Return what THUNK writes to the current output port."
  (call-with-output-string
   (lambda (port)
     (with-output-to-port port thunk))))

(define (with-input-from-string string thunk)
  "Call THUNK with the current input port reading STRING."
  (with-input-from-port (open-input-string string) thunk))

(define (with-error-to-string thunk)
  "Return what THUNK writes to the current error port."
  (call-with-output-string
   (lambda (port)
     (with-error-to-port port thunk))))

(define (with-input-from-port port thunk)
  "Call THUNK with PORT as the current input port."
  (with-fluid* (%current-input-port-fluid) port thunk))

(define (with-output-to-port port thunk)
  "Call THUNK with PORT as the current output port."
  (with-fluid* (%current-output-port-fluid) port thunk))

(define (with-error-to-port port thunk)
  "Call THUNK with PORT as the current error port."
  (with-fluid* (%current-error-port-fluid) port thunk))

(define (call-with-port port proc)
  "Call PROC on PORT, close it, and return the values of PROC."
  (call-with-values
      (lambda () (proc port))
    (lambda results
      (close-port port)
      (apply values results))))

(define* (call-with-input-file file proc #:key (binary #f) (encoding #f) (guess-encoding #f))
  "Call PROC on a port that reads FILE."
  (let ((port (open-input-file file #:binary binary #:encoding encoding #:guess-encoding guess-encoding)))
    (call-with-values
        (lambda () (proc port))
      (lambda results
        (close-input-port port)
        (apply values results)))))

(define* (call-with-output-file file proc #:key (binary #f) (encoding #f))
  "Call PROC on a port that writes FILE."
  (let ((port (open-output-file file #:binary binary #:encoding encoding)))
    (call-with-values
        (lambda () (proc port))
      (lambda results
        (close-output-port port)
        (apply values results)))))

(define* (with-input-from-file file thunk #:key (binary #f) (encoding #f) (guess-encoding #f))
  "Call THUNK with the current input port reading FILE."
  (call-with-input-file file
    (lambda (port) (with-input-from-port port thunk))
    #:binary binary #:encoding encoding #:guess-encoding guess-encoding))

(define* (with-output-to-file file thunk #:key (binary #f) (encoding #f))
  "Call THUNK with the current output port writing FILE."
  (call-with-output-file file
    (lambda (port) (with-output-to-port port thunk))
    #:binary binary #:encoding encoding))

(define* (with-error-to-file file thunk #:key (binary #f) (encoding #f))
  "Call THUNK with the current error port writing FILE."
  (call-with-output-file file
    (lambda (port) (with-error-to-port port thunk))
    #:binary binary #:encoding encoding))

(define* (open-input-file file #:key (binary #f) (encoding #f) (guess-encoding #f))
  "Return a port that reads FILE."
  (open-file file (if binary "rb" "r") #:encoding encoding #:guess-encoding guess-encoding))

(define* (open-output-file file #:key (binary #f) (encoding #f))
  "Return a port that writes FILE."
  (open-file file (if binary "wb" "w") #:encoding encoding))

(define* (open-file file mode #:key (encoding #f) (guess-encoding #f))
  "Return a port on FILE, opened in MODE."
  (%open-file file mode encoding guess-encoding))

(define OPEN_READ "r")
(define OPEN_WRITE "w")
(define OPEN_BOTH "r+")
(define SEEK_SET 0)
(define SEEK_CUR 1)
(define SEEK_END 2)

(define* (format destination . args)
  "Print a message on DESTINATION with the directives of simple-format."
  (apply simple-format destination args))
