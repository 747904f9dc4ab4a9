;;; Commentary:
;;;
;;; Soft ports: ports whose characters come from and go to procedures. On custom binary ports in UTF-8.
;;;
;;; Code:

(define-module (guile soft-ports)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:export (make-soft-port))

(define (make-soft-port procedures modes)
  "Return a port for MODES, \"r\", \"w\" or \"rw\", on PROCEDURES, a vector: what takes a character, what takes a
string, what flushes, what returns the next character, what closes, and what counts the characters that wait."
  (define (operation k)
    (and (< k (vector-length procedures)) (vector-ref procedures k)))
  (define write-string (operation 1))
  (define flush (operation 2))
  (define next-char (operation 3))
  (define close (operation 4))
  ;; The bytes of a character of which only a part was asked for.
  (define pending '())
  (define (read! bytes start count)
    (if (null? pending)
        (let ((c (next-char)))
          (if (char? c)
              (set! pending (bytevector->u8-list (string->utf8 (string c)))))))
    (let loop ((k 0))
      (if (or (= k count) (null? pending))
          k
          (begin
            (bytevector-u8-set! bytes (+ start k) (car pending))
            (set! pending (cdr pending))
            (loop (+ k 1))))))
  (define (write! bytes start count)
    (let ((part (make-bytevector count)))
      (bytevector-copy! bytes start part 0 count)
      (write-string (utf8->string part))
      (if flush (flush))
      count))
  (let* ((reads? (string-index modes (char-set #\r #\+)))
         (writes? (string-index modes (char-set #\w #\a #\+)))
         (port (cond ((and reads? writes?)
                      (make-custom-binary-input/output-port "soft" read! write! #f #f close))
                     (writes? (make-custom-binary-output-port "soft" write! #f #f close))
                     (else (make-custom-binary-input-port "soft" read! #f #f close)))))
    (set-port-encoding! port "UTF-8")
    (setvbuf port 'none)
    port))
