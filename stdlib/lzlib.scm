;;; Commentary:
;;;
;;; Compression as lzip does it: ports that compress and decompress what goes through them.  What is read is decompressed
;;; as a whole; what is written is compressed piece by piece, each a member of its own.  Errors are thrown as `lzlib-error'.
;;; Interface: guile-lzlib 0.0.2.
;;;
;;; Code:

(define-module (lzlib)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (strata compression)
  #:export (make-lzip-input-port make-lzip-output-port make-lzip-input-port/compressed
            call-with-lzip-input-port call-with-lzip-output-port
            dictionary-size+match-length-limit %default-member-length-limit %default-compression-level))

(define dictionary-size+match-length-limit
  ;; What lzip's levels stand for: the sizes of dictionaries, and the longest matches.
  #((65535 16) (1048576 5) (1572864 6) (2097152 8) (3145728 12) (4194304 20) (8388608 36) (16777216 68)
    (25165824 132) (33554432 273)))
(define %default-member-length-limit (expt 2 51))
(define %default-compression-level 6)

;; How much is compressed at once.
(define member-size (expt 2 22))

(define (reading-port name close contents)
  "Return a port that reads the bytevector that the thunk CONTENTS returns, which is called when it is first read from."
  (define bytes #f)
  (define at 0)
  (define (read! target start count)
    (if (not bytes)
        (set! bytes (contents)))
    (let ((size (min count (- (bytevector-length bytes) at))))
      (bytevector-copy! bytes at target start size)
      (set! at (+ at size))
      size))
  (make-custom-binary-input-port name read! #f #f close))

(define (rest-of port)
  (let ((bytes (get-bytevector-all port)))
    (if (eof-object? bytes) #vu8() bytes)))

(define (make-lzip-input-port port)
  "Return a port that reads what PORT holds compressed.  Closing it closes PORT."
  (reading-port "lzip-input"
                (lambda () (close-port port))
                (lambda () (%lzip-decode (rest-of port)))))
(define* (make-lzip-input-port/compressed port #:key (level %default-compression-level))
  "Return a port that reads, compressed at LEVEL, what PORT holds.  Closing it closes PORT."
  (reading-port "lzip-compressing-input"
                (lambda () (close-port port))
                (lambda () (%lzip-encode (rest-of port) level))))

(define* (make-lzip-output-port port #:key (level %default-compression-level))
  "Return a port that writes to PORT what it is given, compressed at LEVEL, from 0 to 9.  Closing it closes PORT."
  (define pieces '())
  (define size 0)
  (define empty? #t)
  (define (flush!)
    (let ((bytes (make-bytevector size)))
      (let loop ((pieces pieces) (end size))
        (if (pair? pieces)
            (let ((start (- end (bytevector-length (car pieces)))))
              (bytevector-copy! (car pieces) 0 bytes start (bytevector-length (car pieces)))
              (loop (cdr pieces) start))))
      (put-bytevector port (%lzip-encode bytes level))
      (set! pieces '())
      (set! size 0)
      (set! empty? #f)))
  (define (write! bytes start count)
    (let ((piece (make-bytevector count)))
      (bytevector-copy! bytes start piece 0 count)
      (set! pieces (cons piece pieces))
      (set! size (+ size count))
      (if (>= size member-size)
          (flush!))
      count))
  (make-custom-binary-output-port "lzip-output" write! #f #f
                                  (lambda ()
                                    (if (or empty? (positive? size))
                                        (flush!))
                                    (close-port port))))

(define (call-and-close port proc)
  (dynamic-wind
    (lambda () #t)
    (lambda () (proc port))
    (lambda () (close-port port))))
(define (call-with-lzip-input-port port proc)
  "Call PROC on a port that decompresses what PORT holds; close both."
  (call-and-close (make-lzip-input-port port) proc))
(define* (call-with-lzip-output-port port proc #:key (level %default-compression-level))
  "Call PROC on a port that compresses into PORT at LEVEL; close both."
  (call-and-close (make-lzip-output-port port #:level level) proc))
