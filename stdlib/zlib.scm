;;; Commentary:
;;;
;;; Compression as zlib does it: ports that compress and decompress what goes through them, in the formats deflate, zlib
;;; and gzip, and bytevectors at once.  The C functions are those of the zlib that the interpreter's own program holds.
;;; Interface: guile-zlib 0.1.  Errors are thrown as `zlib-error'.
;;;
;;; Code:

(define-module (zlib)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (system foreign)
  #:use-module (system foreign-library)
  #:export (make-gzip-input-port make-gzip-output-port call-with-gzip-input-port call-with-gzip-output-port
            make-zlib-input-port make-zlib-output-port call-with-zlib-input-port call-with-zlib-output-port
            %default-buffer-size %default-compression-level
            compress uncompress adler32 crc32
            Z_OK Z_STREAM_END Z_NEED_DICT Z_ERRNO Z_STREAM_ERROR Z_DATA_ERROR Z_MEM_ERROR Z_BUF_ERROR))

(define Z_OK 0)
(define Z_STREAM_END 1)
(define Z_NEED_DICT 2)
(define Z_ERRNO -1)
(define Z_STREAM_ERROR -2)
(define Z_DATA_ERROR -3)
(define Z_MEM_ERROR -4)
(define Z_BUF_ERROR -5)

(define no-flush 0)
(define finish 4)

(define %default-buffer-size 8192)
(define %default-compression-level -1)

(define-syntax-rule (define-c-functions (name c-name result argument ...) ...)
  (begin
    (define name
      (foreign-library-function #f c-name #:return-type result #:arg-types (list argument ...)))
    ...))
(define-c-functions
  (c-inflate-init "inflateInit2_" int '* int '* int)
  (c-inflate "inflate" int '* int)
  (c-inflate-reset "inflateReset" int '*)
  (c-inflate-end "inflateEnd" int '*)
  (c-deflate-init "deflateInit2_" int '* int int int int int '* int)
  (c-deflate "deflate" int '* int)
  (c-deflate-end "deflateEnd" int '*)
  (c-crc32 "crc32" unsigned-long unsigned-long '* unsigned-int)
  (c-adler32 "adler32" unsigned-long unsigned-long '* unsigned-int))

;; A stream is the bytes of a C `z_stream'.

(define stream-size 112)
(define version (string->pointer "1.2.11"))
(define-syntax-rule (define-stream-fields (getter setter offset ref set) ...)
  (begin
    (begin
      (define (getter stream) (ref stream offset (native-endianness)))
      (define (setter stream value) (set stream offset value (native-endianness))))
    ...))
(define-stream-fields
  (next-in set-next-in! 0 bytevector-u64-ref bytevector-u64-set!)
  (available-in set-available-in! 8 bytevector-u32-ref bytevector-u32-set!)
  (next-out set-next-out! 24 bytevector-u64-ref bytevector-u64-set!)
  (available-out set-available-out! 32 bytevector-u32-ref bytevector-u32-set!)
  (message-address set-message-address! 48 bytevector-u64-ref bytevector-u64-set!))

(define (address bytes)
  (pointer-address (bytevector->pointer bytes)))
(define (give-input! stream bytes start count)
  (set-next-in! stream (+ start (address bytes)))
  (set-available-in! stream count))
(define (give-room! stream bytes)
  (set-next-out! stream (address bytes))
  (set-available-out! stream (bytevector-length bytes)))
(define (message-of stream)
  "Return what zlib says of an error of STREAM, or #f."
  (let ((address (message-address stream)))
    (and (not (zero? address))
         (pointer->string (make-pointer address)))))

(define (window-bits format)
  "Return how zlib is told of FORMAT."
  (case format
    ((deflate) -15)
    ((zlib) 15)
    ((gzip) 31)
    (else (error "unknown compression format" format))))

(define (open-inflater format)
  (let* ((stream (make-bytevector stream-size 0))
         (result (c-inflate-init (bytevector->pointer stream) (window-bits format) version stream-size)))
    (if (not (= result Z_OK))
        (throw 'zlib-error 'inflate-init! result))
    stream))
(define (open-deflater format level)
  (let* ((stream (make-bytevector stream-size 0))
         (result (c-deflate-init (bytevector->pointer stream) level 8 (window-bits format) 8 0
                                 version stream-size)))
    (if (not (= result Z_OK))
        (throw 'zlib-error 'deflate-init! result))
    stream))

(define (with-encoding-of port made)
  (set-port-encoding! made (or (port-encoding port) "ISO-8859-1"))
  made)

;; Decompressing.  SEVERAL? says that another compressed stream may follow the first, as in gzip files that were put
;; together.

(define (inflating-port name port format buffer-size several? close)
  (define stream (open-inflater format))
  (define pointer (bytevector->pointer stream))
  (define input (make-bytevector (max 64 buffer-size)))
  (define output (make-bytevector (max %default-buffer-size buffer-size)))
  ;; What of OUTPUT is still to be read.
  (define at 0)
  (define end 0)
  (define done? #f)
  (define (refill!)
    "Have input for STREAM, and return #f if there is no more."
    (or (positive? (available-in stream))
        (let ((count (get-bytevector-n! port input 0 (bytevector-length input))))
          (and (not (eof-object? count))
               (begin (give-input! stream input 0 count) #t)))))
  (define (inflate!)
    "Put more bytes into OUTPUT, or note that there are none."
    (let* ((more? (refill!))
           (result (begin
                     (give-room! stream output)
                     (c-inflate pointer no-flush))))
      (set! at 0)
      (set! end (- (bytevector-length output) (available-out stream)))
      (cond ((= result Z_STREAM_END)
             (if (and several? (refill!))
                 (c-inflate-reset pointer)
                 (set! done? #t)))
            ((or (= result Z_OK) (and more? (= result Z_BUF_ERROR)))
             (if (and (not more?) (= at end))
                 (throw 'zlib-error Z_BUF_ERROR "unexpected end of file")))
            (else (throw 'zlib-error result (message-of stream))))))
  (define (read! bytes start count)
    (cond ((< at end)
           (let ((size (min count (- end at))))
             (bytevector-copy! output at bytes start size)
             (set! at (+ at size))
             size))
          (done? 0)
          (else (inflate!) (read! bytes start count))))
  (let ((made (make-custom-binary-input-port name read! #f #f
                                             (lambda ()
                                               (c-inflate-end pointer)
                                               (close)))))
    (setvbuf made 'none)
    (with-encoding-of port made)))

;; Compressing

(define (deflating-port name port format level buffer-size close)
  (define stream (open-deflater format level))
  (define pointer (bytevector->pointer stream))
  (define output (make-bytevector (max 64 buffer-size)))
  (define (deflate! flush)
    "Compress all the input that STREAM has."
    (let loop ()
      (give-room! stream output)
      (let ((result (c-deflate pointer flush))
            (count (- (bytevector-length output) (available-out stream))))
        (put-bytevector port output 0 count)
        (cond ((= result Z_STREAM_END))
              ((not (memv result (list Z_OK Z_BUF_ERROR)))
               (throw 'zlib-error 'deflate! result (message-of stream)))
              ((zero? (available-out stream)) (loop))))))
  (define (write! bytes start count)
    (give-input! stream bytes start count)
    (deflate! no-flush)
    count)
  (with-encoding-of
   port
   (make-custom-binary-output-port name write! #f #f
                                   (lambda ()
                                     (set-available-in! stream 0)
                                     (deflate! finish)
                                     (c-deflate-end pointer)
                                     (close)))))

(define* (make-zlib-input-port port #:key (format 'zlib) (buffer-size %default-buffer-size) (close? #t))
  "Return a port that reads what PORT holds compressed in FORMAT: deflate, zlib or gzip.  Closing it closes PORT, if
CLOSE? is true."
  (inflating-port "zlib-input" port format buffer-size #f
                  (lambda () (if close? (close-port port)))))
(define* (make-zlib-output-port port #:key (format 'zlib) (buffer-size %default-buffer-size)
                                (level %default-compression-level) (close? #t))
  "Return a port that writes to PORT what it is given, compressed in FORMAT: deflate, zlib or gzip.  Closing it closes PORT,
if CLOSE? is true."
  (deflating-port "zlib-output" port format level buffer-size
                  (lambda () (if close? (close-port port)))))

;; For files

(define* (make-gzip-input-port port #:key (buffer-size %default-buffer-size))
  "Return a port that reads what PORT, a port on a file, holds compressed by gzip, or as it is if it is not compressed.
Closing it closes PORT.  PORT may not have read ahead."
  (if (not (string-null? (drain-input port)))
      (throw 'zlib-error 'make-gzip-input-port "port contains buffered input" port))
  (if (gzip-magic? port)
      (inflating-port "gzip-input" port 'gzip buffer-size #t (lambda () (close-port port)))
      (with-encoding-of
       port
       (make-custom-binary-input-port "gzip-input"
                                      (lambda (bytes start count)
                                        (let ((size (get-bytevector-some! port bytes start count)))
                                          (if (eof-object? size) 0 size)))
                                      #f #f
                                      (lambda () (close-port port))))))
(define (gzip-magic? port)
  "Return whether PORT begins as gzip's files do."
  (let* ((first (get-bytevector-n port 2))
         (magic? (equal? first #vu8(#x1f #x8b))))
    (if (bytevector? first) (unget-bytevector port first))
    magic?))
(define* (make-gzip-output-port port #:key (level %default-compression-level) (buffer-size %default-buffer-size))
  "Return a port that writes to PORT, a port on a file, what it is given, compressed as gzip does at LEVEL.  Closing it
closes PORT."
  (force-output port)
  (deflating-port "gzip-output" port 'gzip level buffer-size (lambda () (close-port port))))

(define (call-and-close port proc)
  "Return what PROC returns on PORT, which is closed then, whatever happens."
  (catch #t
    (lambda ()
      (call-with-values (lambda () (proc port))
        (lambda results
          (close-port port)
          (apply values results))))
    (lambda (key . args)
      (if (not (port-closed? port))
          (close-port port))
      (apply throw key args))))
(define* (call-with-gzip-input-port port proc #:key (buffer-size %default-buffer-size))
  "Call PROC on a port that decompresses what PORT, a port on a file, holds; close both."
  (call-and-close (make-gzip-input-port port #:buffer-size buffer-size) proc))
(define* (call-with-gzip-output-port port proc #:key (level %default-compression-level)
                                     (buffer-size %default-buffer-size))
  "Call PROC on a port that compresses into PORT, a port on a file, as gzip does; close both."
  (call-and-close (make-gzip-output-port port #:level level #:buffer-size buffer-size) proc))
(define* (call-with-zlib-input-port port proc #:key (format 'zlib) (buffer-size %default-buffer-size))
  "Call PROC on a port that decompresses what PORT holds in FORMAT; close both."
  (call-and-close (make-zlib-input-port port #:format format #:buffer-size buffer-size) proc))
(define* (call-with-zlib-output-port port proc #:key (format 'zlib) (level %default-compression-level)
                                     (buffer-size %default-buffer-size))
  "Call PROC on a port that compresses into PORT in FORMAT; close both."
  (call-and-close (make-zlib-output-port port #:format format #:level level #:buffer-size buffer-size) proc))

;; Bytevectors

(define (compress bytes)
  "Return BYTES, a bytevector, compressed in the format zlib."
  (call-with-output-bytevector
   (lambda (port)
     (let ((compressing (make-zlib-output-port port #:close? #f)))
       (put-bytevector compressing bytes)
       (close-port compressing)))))
(define (uncompress bytes)
  "Return what BYTES, a bytevector in the format zlib, stands for."
  (catch 'zlib-error
    (lambda ()
      (let* ((port (make-zlib-input-port (open-bytevector-input-port bytes)))
             (result (get-bytevector-all port)))
        (close-port port)
        (if (eof-object? result) #vu8() result)))
    (lambda (key code . rest)
      (throw 'zlib-error 'uncompress code))))
(define* (adler32 bytes #:optional (value 1))
  "Return the Adler-32 checksum of BYTES, going on from VALUE."
  (c-adler32 value (bytevector->pointer bytes) (bytevector-length bytes)))
(define* (crc32 bytes #:optional (value 0))
  "Return the CRC-32 checksum of BYTES, going on from VALUE."
  (c-crc32 value (bytevector->pointer bytes) (bytevector-length bytes)))
