;;; Commentary:
;;;
;;; Bytes as base 64 text, RFC 4648, and the delimited blocks of PEM files.
;;;
;;; Code:

(define-module (gcrypt base64)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 rdelim)
  #:export (base64-encode base64-decode base64-alphabet base64url-alphabet
            get-delimited-base64 put-delimited-base64))

(define base64-alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
(define base64url-alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

(define* (base64-encode bv #:optional (start 0) (end (bytevector-length bv)) (line-length #f) (no-padding #f)
                        (alphabet base64-alphabet) (port #f))
  "Return BV from START up to END in base 64, or write it to PORT; in lines of LINE-LENGTH, without padding if
NO-PADDING."
  (define column 0)
  (define (encode out)
    (define (put c)
      (if (and line-length (= column line-length))
          (begin (newline out) (set! column 0)))
      (write-char c out)
      (set! column (+ column 1)))
    (define (byte k) (if (< k end) (bytevector-u8-ref bv k) 0))
    (let loop ((i start))
      (if (< i end)
          (let ((bits (logior (ash (byte i) 16) (ash (byte (+ i 1)) 8) (byte (+ i 2))))
                (count (min 4 (+ 1 (- end i)))))
            (let each ((k 0))
              (if (< k 4)
                  (begin
                    (cond ((< k count)
                           (put (string-ref alphabet (logand 63 (ash bits (- (* 6 (- 3 k))))))))
                          ((not no-padding) (put #\=)))
                    (each (+ k 1)))))
            (loop (+ i 3))))))
  (if port
      (encode port)
      (call-with-output-string encode)))

(define (decoding-error message . irritants)
  (scm-error 'misc-error #f "~A ~S ~S"
             (cons* 'base64-decode message irritants) #f))

(define* (base64-decode str #:optional (alphabet base64-alphabet) (port #f) (strict? #t) (strict-padding? strict?))
  "Return the bytes that STR, base 64 text, stands for, or write them to PORT."
  (define (value c)
    (or (string-index alphabet c)
        (if strict?
            (decoding-error "Invalid character" c)
            #f)))
  (let* ((body (string-trim-right str #\=))
         (padding (- (string-length str) (string-length body)))
         (codes (let loop ((chars (string->list body)) (codes '()))
                  (if (null? chars)
                      (reverse codes)
                      (let ((v (value (car chars))))
                        (loop (cdr chars) (if v (cons v codes) codes))))))
         (count (length codes))
         (size (quotient (* 6 count) 8))
         (bv (make-bytevector size)))
    (if (or (= 1 (remainder count 4))
            (and strict-padding? (not (zero? (remainder (+ count padding) 4)))))
        (decoding-error "The input is too short, it may be missing padding." 0))
    (let loop ((codes codes) (bits 0) (held 0) (at 0))
      (cond ((>= held 8)
             (bytevector-u8-set! bv at (ash bits (- 8 held)))
             (loop codes (logand bits (- (ash 1 (- held 8)) 1)) (- held 8) (+ at 1)))
            ((pair? codes)
             (loop (cdr codes) (logior (ash bits 6) (car codes)) (+ held 6) at))))
    (if port
        ((@ (ice-9 binary-ports) put-bytevector) port bv)
        bv)))

(define (delimiter-line kind type) (string-append "-----" kind " " type "-----"))

(define* (get-delimited-base64 port #:optional (strict? #t))
  "Read a delimited block from PORT; return its type and its bytes, two end-of-file objects at the end."
  (let search ((line (read-line port)))
    (cond ((eof-object? line) (values line line))
          ((and (string-prefix? "-----BEGIN " line) (string-suffix? "-----" (string-trim-right line)))
           (let* ((line (string-trim-right line))
                  (type (substring line 11 (- (string-length line) 5))))
             (let loop ((text ""))
               (let ((line (read-line port)))
                 (cond ((eof-object? line)
                        (scm-error 'misc-error "get-delimited-base64" "unexpected end of file" '() #f))
                       ((string-prefix? (delimiter-line "END" type) line)
                        (values type (base64-decode text base64-alphabet #f strict?)))
                       ;; Headers, and the checksum of OpenPGP.
                       ((or (string-index line #\:) (string-prefix? "=" line)) (loop text))
                       (else (loop (string-append text (string-trim-both line)))))))))
          (else (search (read-line port))))))

(define* (put-delimited-base64 port type bv #:optional (line-length 76))
  "Write BV to PORT as a delimited block of TYPE."
  (display (delimiter-line "BEGIN" type) port)
  (newline port)
  (display (base64-encode bv 0 (bytevector-length bv) line-length) port)
  (newline port)
  (display (delimiter-line "END" type) port)
  (newline port))
