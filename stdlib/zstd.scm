;;; Commentary:
;;;
;;; Compression as zstd does it: ports that compress and decompress what goes through them.  The C functions are those of
;;; the zstd that the interpreter's own program holds.  Errors are thrown as `zstd-error'.
;;; Interface: guile-zstd 0.1.1.
;;;
;;; Code:

(define-module (zstd)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (system foreign)
  #:use-module (system foreign-library)
  #:export (make-zstd-input-port make-zstd-output-port
            call-with-zstd-input-port call-with-zstd-output-port))

(define-syntax-rule (define-c-functions (name c-name result argument ...) ...)
  (begin
    (define name
      (foreign-library-function #f c-name #:return-type result #:arg-types (list argument ...)))
    ...))
(define-c-functions
  (c-error? "ZSTD_isError" unsigned-int size_t)
  (c-error-name "ZSTD_getErrorName" '* size_t)
  (c-create-compressor "ZSTD_createCCtx" '*)
  (c-free-compressor "ZSTD_freeCCtx" size_t '*)
  (c-set-parameter "ZSTD_CCtx_setParameter" size_t '* int int)
  (c-compress "ZSTD_compressStream2" size_t '* '* '* int)
  (c-create-decompressor "ZSTD_createDCtx" '*)
  (c-free-decompressor "ZSTD_freeDCtx" size_t '*)
  (c-decompress "ZSTD_decompressStream" size_t '* '* '*))

(define compression-level 100)          ;the parameter's number
(define go-on 0)
(define end-frame 2)
(define buffer-size (expt 2 17))
(define default-level 3)

(define (check procedure result)
  "Return RESULT, of the C function that PROCEDURE names, unless it stands for an error."
  (if (zero? (c-error? result))
      result
      (throw 'zstd-error procedure (pointer->string (c-error-name result)))))

;; A buffer, as C functions take it: the address of bytes, their number, how many were read or written.
(define (make-buffer bytes)
  (let ((buffer (make-bytevector 24 0)))
    (bytevector-u64-native-set! buffer 0 (pointer-address (bytevector->pointer bytes)))
    (bytevector-u64-native-set! buffer 8 (bytevector-length bytes))
    buffer))
(define (give! buffer size)
  (bytevector-u64-native-set! buffer 8 size)
  (bytevector-u64-native-set! buffer 16 0))
(define (size buffer) (bytevector-u64-native-ref buffer 8))
(define (done buffer) (bytevector-u64-native-ref buffer 16))

(define* (make-zstd-input-port port #:key (close? #t))
  "Return a port that reads what PORT holds compressed.  Closing it closes PORT, if CLOSE? is true."
  (define context (c-create-decompressor))
  (define bytes (make-bytevector buffer-size))
  (define input (make-buffer bytes))
  (define output-bytes (make-bytevector buffer-size))
  (define output (make-buffer output-bytes))
  ;; What of the output is still to be read, and what zstd said last: 0 at the end of a frame.
  (define at 0)
  (define end 0)
  (define wanted 0)
  (define (refill!)
    "Have input, and return #f if there is no more."
    (or (< (done input) (size input))
        (let ((count (get-bytevector-n! port bytes 0 buffer-size)))
          (and (not (eof-object? count))
               (begin (give! input count) #t)))))
  (define (decompress!)
    "Return #f if there is nothing left."
    (let ((more? (refill!)))
      (cond ((or more? (= end buffer-size))
             (give! output buffer-size)
             (set! wanted (check 'zstd-decompress
                                 (c-decompress context (bytevector->pointer output) (bytevector->pointer input))))
             (set! at 0)
             (set! end (done output))
             #t)
            ((zero? wanted) #f)
            (else (throw 'zstd-error 'zstd-decompress "unexpected end of file")))))
  (define (read! target start count)
    (cond ((< at end)
           (let ((size (min count (- end at))))
             (bytevector-copy! output-bytes at target start size)
             (set! at (+ at size))
             size))
          ((decompress!) (read! target start count))
          (else 0)))
  (give! input 0)
  (make-custom-binary-input-port "zstd-input" read! #f #f
                                 (lambda ()
                                   (c-free-decompressor context)
                                   (if close? (close-port port)))))

(define* (make-zstd-output-port port #:key (level default-level) (close? #t))
  "Return a port that writes to PORT what it is given, compressed at LEVEL.  Closing it closes PORT, if CLOSE? is true."
  (define context (c-create-compressor))
  (define output-bytes (make-bytevector buffer-size))
  (define output (make-buffer output-bytes))
  (define (compress! input mode)
    (let loop ()
      (give! output buffer-size)
      (let ((left (check 'zstd-compress
                         (c-compress context (bytevector->pointer output) (bytevector->pointer input) mode))))
        (put-bytevector port output-bytes 0 (done output))
        (if (if (= mode end-frame)
                (positive? left)
                (< (done input) (size input)))
            (loop)))))
  (define (write! bytes start count)
    (let ((piece (make-bytevector count)))
      (bytevector-copy! bytes start piece 0 count)
      (compress! (make-buffer piece) go-on)
      count))
  (check 'zstd-level (c-set-parameter context compression-level level))
  (make-custom-binary-output-port "zstd-output" write! #f #f
                                  (lambda ()
                                    (compress! (make-buffer (make-bytevector 0)) end-frame)
                                    (c-free-compressor context)
                                    (if close? (close-port port)))))

(define (call-and-close port proc)
  (dynamic-wind
    (lambda () #t)
    (lambda () (proc port))
    (lambda () (close-port port))))
(define (call-with-zstd-input-port port proc)
  "Call PROC on a port that decompresses what PORT holds; close both."
  (call-and-close (make-zstd-input-port port) proc))
(define* (call-with-zstd-output-port port proc #:key (level default-level))
  "Call PROC on a port that compresses into PORT at LEVEL; close both."
  (call-and-close (make-zstd-output-port port #:level level) proc))
