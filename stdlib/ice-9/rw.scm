;;; Commentary:
;;;
;;; Reading and writing as much of a string as is possible at once.
;;;
;;; Code:

(define-module (ice-9 rw)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:export (read-string!/partial write-string/partial))

(define* (read-string!/partial str #:optional (port (current-input-port)) (start 0) (end (string-length str)))
  "Read bytes that are there, at least one, from PORT into STR from START up to END, as characters; return how many, or
#f at the end."
  (let ((bytes (make-bytevector (- end start))))
    (if (= start end)
        0
        (let ((count (get-bytevector-some! port bytes 0 (- end start))))
          (if (eof-object? count)
              #f
              (let loop ((i 0))
                (if (< i count)
                    (begin
                      (string-set! str (+ start i) (integer->char (bytevector-u8-ref bytes i)))
                      (loop (+ i 1)))
                    count)))))))

(define* (write-string/partial str #:optional (port (current-output-port)) (start 0) (end (string-length str)))
  "Write STR from START up to END to PORT; return how many characters."
  (display (substring str start end) port)
  (force-output port)
  (- end start))
