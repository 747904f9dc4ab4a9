;;; Commentary:
;;;
;;; Base 64 (RFC 4648) with any alphabet, and between delimiter lines.  Interface: (guix base64) of GNU Guix 1.4,
;;; which is that of the R6RS library industria.
;;;
;;; Code:

(define-module (guix base64)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 textual-ports)
  #:export (base64-encode base64-decode base64-alphabet base64url-alphabet
            get-delimited-base64 put-delimited-base64))

(define base64-alphabet
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

(define base64url-alphabet
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

(define* (base64-encode bv #:optional (start 0) (end (bytevector-length bv)) (line-length #f)
                        (no-padding #f) (alphabet base64-alphabet) (port #f))
  "Encode the bytes of BV from START to END, in lines of LINE-LENGTH characters if it is given.  Write to PORT, or return
a string when it is #f."
  (define column 0)
  (define (encode port)
    (define (put char)
      (when (and line-length (= column line-length))
        (newline port)
        (set! column 0))
      (write-char char port)
      (set! column (+ column 1)))
    (let loop ((i start))
      (when (< i end)
        (let* ((count (min 3 (- end i)))
               (byte (lambda (n) (if (< n count) (bytevector-u8-ref bv (+ i n)) 0)))
               (bits (+ (ash (byte 0) 16) (ash (byte 1) 8) (byte 2))))
          (do ((n 0 (+ n 1)))
              ((= n 4))
            (cond ((<= n count)
                   (put (string-ref alphabet (logand 63 (ash bits (* -6 (- 3 n)))))))
                  ((not no-padding) (put #\=))))
          (loop (+ i 3))))))
  (if port
      (encode port)
      (call-with-output-string encode)))

(define (alphabet-values alphabet)
  (let ((table (make-hash-table)))
    (for-each (lambda (i) (hashv-set! table (string-ref alphabet i) i))
              (iota (string-length alphabet)))
    table))

(define* (base64-decode str #:optional (alphabet base64-alphabet) (port #f)
                        (strict? #t) (strict-padding? strict?))
  "Decode STR.  Write the bytes to PORT, or return a bytevector when it is #f.  Unless STRICT? is false, characters
outside ALPHABET are errors, and with STRICT-PADDING? so is missing padding."
  (define digits (alphabet-values alphabet))
  (define (invalid char)
    (error "base64-decode: invalid character" char str))
  (let loop ((chars (string->list str)) (bits 0) (count 0) (padding 0) (bytes '()))
    (match chars
      (()
       (let ((rest (modulo count 4)))
         (when (or (= rest 1)
                   (and strict-padding? (not (zero? (modulo (+ count padding) 4)))))
           (error "base64-decode: input is too short or lacks padding" str))
         (let* ((bytes (match rest
                         (2 (cons (ash bits -4) bytes))
                         (3 (cons* (logand 255 (ash bits -2)) (ash bits -10) bytes))
                         (_ bytes)))
                (bv (u8-list->bytevector (reverse bytes))))
           (if port
               (put-bytevector* port bv)
               bv))))
      ((#\= . rest)
       (when (and strict-padding? (or (>= padding 2) (< (modulo count 4) 2)))
         (invalid #\=))
       (loop rest bits count (+ padding 1) bytes))
      ((char . rest)
       (match (hashv-ref digits char)
         (#f
          (if (or (not strict?) (char-whitespace? char))
              (loop rest bits count padding bytes)
              (invalid char)))
         (digit
          (when (and strict? (> padding 0))
            (invalid char))
          (let ((bits (+ (ash bits 6) digit)))
            (if (= 3 (modulo count 4))
                (loop rest 0 (+ count 1) padding
                      (cons* (logand 255 bits) (logand 255 (ash bits -8)) (ash bits -16) bytes))
                (loop rest bits (+ count 1) padding bytes)))))))))

(define (put-bytevector* port bv)
  ((@ (ice-9 binary-ports) put-bytevector) port bv))

(define (delimiter-type line start)
  "If LINE is START TYPE -----, return TYPE."
  (and (string? line)
       (string-prefix? start line)
       (string-suffix? "-----" (string-trim-right line))
       (let ((line (string-trim-right line)))
         (substring line (string-length start) (- (string-length line) 5)))))

(define* (get-delimited-base64 port #:optional (strict #t))
  "Read from PORT what stands between -----BEGIN TYPE----- and -----END TYPE-----.  Return TYPE and the bytes, or two
end-of-file objects."
  (let find ((line (read-line port)))
    (cond ((eof-object? line) (values line line))
          ((delimiter-type line "-----BEGIN ")
           => (lambda (type)
                (let loop ((lines '()))
                  (let* ((line (read-line port))
                         (end (delimiter-type line "-----END ")))
                    (cond ((eof-object? line)
                           (error "unexpected end of file" port))
                          ((equal? end type)
                           (values type
                                   (base64-decode (string-concatenate-reverse lines)
                                                  base64-alphabet #f #f strict)))
                          (end (error "mismatched end delimiter" end type))
                          ;; Headers and checksums are not part of the data.
                          ((or (string-index line #\:) (string-prefix? "=" line)) (loop lines))
                          (else (loop (cons (string-trim-both line) lines))))))))
          (else (find (read-line port))))))

(define* (put-delimited-base64 port type bv #:optional (line-length 76))
  "Write BV to PORT between delimiters of TYPE."
  (format port "-----BEGIN ~a-----~%" type)
  (base64-encode bv 0 (bytevector-length bv) line-length #f base64-alphabet port)
  (format port "~%-----END ~a-----~%" type))
