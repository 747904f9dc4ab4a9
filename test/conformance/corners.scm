;;; Corners that programs written for Guile have met: what is refused, what is changed in place, what is read how.

(use-modules (srfi srfi-1) (srfi srfi-9) (srfi srfi-9 gnu) (srfi srfi-14) (srfi srfi-37) (srfi srfi-60)
             (ice-9 getopt-long) (ice-9 arrays))

(noop) (noop 1 2)
(map noop '(1 2))

;; Bits of big integers
(map (lambda (n) (logand n (lognot (ash 1 62)))) (list 0 -1 (ash 1 70)))
(map (lambda (n) (logior n 3)) (list (ash 1 62) (- (ash 1 62))))
(logxor (ash 1 64) 5) (logand 1 (- (ash 1 64)))
(rotate-bit-field (ash 1 64) 128 0 64)
(copy-bit 128 0 #t)
(log2-binary-factors (ash 1 128))

;; SRFI 1 does not take the end of an improper list for the end of a list.
(catch 'wrong-type-arg (lambda () (fold + 0 '(1 . x))) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (fold + 0 '(1) 2)) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (count odd? '(1 . x))) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (filter-map odd? '(1 . x))) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (list-index odd? '(2 . x))) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (partition odd? '(1 . x))) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (length+ '(1 . x))) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (take '(1) 2)) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (drop-right '(1) 2)) (lambda (key . _) key))
(catch 'wrong-type-arg (lambda () (append! (list 1) (cons 1 2) '())) (lambda (key . _) key))
(catch 'out-of-range (lambda () (list-ref '(1) 3)) (lambda (key . _) key))
(filter-map (lambda (a b) (and (odd? a) (+ a b))) '(1 2 3) '(4 5 6 7))

;; Sets of characters that are changed in place
(let ((set (char-set #\a))) (char-set-adjoin! set #\b) (char-set->list set))
(let ((set (char-set #\a #\b))) (char-set-delete! set #\b) (char-set->list set))
(let ((set (char-set #\a))) (string->char-set! "xy" set) (char-set->list set))

;; Negative positions and sizes are out of range, what is no integer is of the wrong type.
(catch #t (lambda () (string-ref "abc" -1)) (lambda (key . _) key))
(catch #t (lambda () (string-ref "abc" 'a)) (lambda (key . _) key))
(catch #t (lambda () (make-vector -1)) (lambda (key . _) key))
(catch #t (lambda () (integer->char -1)) (lambda (key . _) key))

;; Sorting arrays
(sort (list->typed-array 'f64 1 '(3 1 2)) <)
(let ((v (list->typed-array 's32 1 '(3 1 2)))) (sort! v <) v)
(let* ((all (list->array 1 '(9 0 5 0 7 0))) (some (make-shared-array all (lambda (i) (list (* 2 i))) 3))) (sort! some <) all)
(sorted? (list->typed-array 'u8 1 '(1 2 2)) <)

(let ((v (vector 1 2 3 4 5 6))) (vector-move-left! v 2 4 v 3) v)
(let ((v (vector 1 2 3 4 5 6))) (vector-move-right! v 2 4 v 1) v)

;; Accessors may have any name.
(define-record-type point (make-point x y) point? (x abscissa) (y ordinate))
(let ((p (make-point 1 2))) (map abscissa (list p (set-field p (abscissa) 5))))
(ordinate (set-fields (make-point 1 2) ((abscissa) 3) ((ordinate) 4)))
(let ((p (make-point (make-point 1 2) 3))) (ordinate (abscissa (set-field p (abscissa ordinate) 7))))

;; Command lines
(define options '((include (single-char #\I) (value #t)) (opt (single-char #\o) (value optional)) (foo (single-char #\f)) (bar (single-char #\b))))
(getopt-long '("x" "-I" "1" "-f" "-I" "2") options)
(getopt-long '("x" "-bfI" "y" "-I1" "-bo1x") options)
(getopt-long '("x" "-3" "a" "-" "-b1") options)
(args-fold '("-zx" "--" "-y" "-z")
           (map (lambda (c required? optional?) (option (list c) required? optional? (lambda (opt name arg seed) (acons name arg seed))))
                '(#\x #\z #\y) '(#f #f #t) '(#t #f #f))
           (lambda (opt name arg seed) seed) (lambda (arg seed) seed) '())

;; Strings that were read can be changed, unlike those of the program.
(let ((s (call-with-input-string "\"abc\"" read))) (string-set! s 0 #\x) s)

;; What a throw handler throws meets every handler but itself.
(let ((log '()))
  (catch 'a (lambda () (set! log (cons 1 log)) (throw 'a)) (lambda _ (set! log (cons 2 log))) (lambda (key) (set! log (cons 3 log)) (throw key)))
  (reverse log))
(let ((log '()))
  (catch 'a
    (lambda ()
      (with-throw-handler 'b
        (lambda () (catch 'a (lambda () (throw 'b)) (lambda _ (set! log (cons 4 log)))))
        (lambda _ (set! log (cons 5 log)) (throw 'a)))
      (set! log (cons 6 log)))
    (lambda _ (set! log (cons 7 log))))
  (reverse log))

;; Byte order marks, and bytes that are of no character
(use-modules (ice-9 binary-ports) (ice-9 rdelim) (ice-9 textual-ports) (rnrs bytevectors))
(define (reading encoding . bytes) (let ((port (open-bytevector-input-port (u8-list->bytevector bytes)))) (set-port-encoding! port encoding) port))
(map get-string-all (list (reading "UTF-8" #xef #xbb #xbf 97) (reading "UTF-16" #xff #xfe 97 0 98 0) (reading "UTF-16" 0 97) (reading "UTF-16LE" #xff #xfe 97 0) (reading "UTF-32" #xff #xfe 0 0 97 0 0 0)))
(map read-line (list (reading "UTF-8" #xef #xbb #xbf 97) (reading "UTF-16" #xfe #xff 0 97 0 10 0 98)))
(let ((port (reading "UTF-8" #xef #xbb #xbf 97))) (let ((c (read-char port))) (seek port 0 SEEK_SET) (list c (read-char port))))
(call-with-output-bytevector (lambda (port) (set-port-encoding! port "UTF-16") (display "ab" port) (display "c" port)))
(call-with-output-bytevector (lambda (port) (set-port-encoding! port "UTF-32") (display "a" port)))
(let ((port (reading "UTF-8" 255 65 #xc3 #xa9 #xe0 #xa0 66 #xf0 #x80 67 #xce))) (set-port-conversion-strategy! port 'substitute) (get-string-all port))
(let ((port (reading "UTF-8" 255 65))) (set-port-conversion-strategy! port 'error) (catch 'decoding-error (lambda () (peek-char port)) (lambda (key who message errno about) (list who message errno (eq? port about)))))
(call-with-output-bytevector (lambda (port) (set-port-conversion-strategy! port 'error) (catch 'encoding-error (lambda () (display "aλ" port)) (lambda (key who message errno about char) (list message char)))))

;; Soft ports
(let* ((log '())
       (note (lambda (x) (set! log (cons x log))))
       (left (string->list "aλ\n"))
       (port (make-soft-port (vector note note #f (lambda () (and (pair? left) (let ((c (car left))) (set! left (cdr left)) c))) (lambda () (note 'closed) #t)) "rw")))
  (display "abc" port)
  (force-output port)
  (let ((read (list (read-char port) (peek-char port) (read-char port) (read-char port) (read-char port))))
    (close-port port)
    (list read log)))

;; SRFI 41 refuses at once.
(use-modules (srfi srfi-41))
(catch #t (lambda () (stream-ref (stream 1) -1)) list)
(catch #t (lambda () (stream-map 1 (stream 1))) list)
(catch #t (lambda () (stream-take -1 (stream))) list)
(catch #t (lambda () (stream-length 3)) list)
(catch #t (lambda () (list->stream 3)) list)
(catch #t (lambda () (stream-range 'a 2)) list)
(catch #t (lambda () (stream-filter odd? '())) list)
(catch #t (lambda () (stream-match 3 (() 1))) list)
(stream->list (stream-map + (stream 1 2 3) (stream-from 10)))
(stream->list (stream-range 0 5 2))
(force (eval '(delay (+ 1 2)) (current-module)))
(promise? (eval '(delay 1) (current-module)))
(list (string-reverse "hello" 1 4) (string-reverse "hello" 2) (string-reverse "日本語x"))
(list (char-set #\a #\b #\c #\e #\x #\y) (char-set) (string->char-set "a"))
(let ((port (open-input-string "x"))) (close-port port) (catch 'wrong-type-arg (lambda () (read-char port)) (lambda (key who . rest) (list key who))))
(let ((port (open-output-string))) (close-port port) (map (lambda (write) (catch 'wrong-type-arg (lambda () (write port)) (lambda (key who . rest) (list key who)))) (list (lambda (p) (display 1 p)) newline force-output (lambda (p) (write-char #\a p)))))
(list 'a|b '|x 'y| '|)
(symbol->string '|3m|)
(call-with-input-string "|a b|" read)
(begin (read-enable 'r7rs-symbols) (let ((x (call-with-input-string "|a b|" read))) (read-disable 'r7rs-symbols) x))
(begin (print-enable 'r7rs-symbols) (let ((x (object->string (list (string->symbol "a b") (symbol->keyword (string->symbol "a b")))))) (print-disable 'r7rs-symbols) x))
;; An effect is the first thing that a procedure does
(let ((s (make-string 3 #\a))) (define (f s) (string-set! s 0 #\z) 1) (list (f s) s))
(let ((t (make-hash-table))) (define (f t) (hash-set! t 1 2) 1) (list (f t) (hash-ref t 1)))
(let ((s (make-string 3 #\a))) (define (f s) (string-set! s 0 #\z) (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) i))) (list (f s) s))
(map (lambda (f) (catch #t (lambda () (f "abc" 'a 0) 'none) (lambda (key . args) key))) (list (lambda (s a z) (string-ref s 10) 1) (lambda (s a z) (< a z) 1) (lambda (s a z) (/ 1 z) 1) (lambda (s a z) (substring s 5) 1) (lambda (s a z) (list->string (list a)) 1)))
;; More arguments than a machine's stack has words
(list (apply + (iota 300000)) (apply < (iota 300000)) (string-length (apply string-append (make-list 300000 "ab"))) (length (apply append (map list (iota 300000)))) (apply max (iota 300000)) (length (apply list 1 (iota 300000))))
;; SRFI 105: calls in braces, at any depth
(map (lambda (text) (call-with-input-string (string-append "#!curly-infix " text) read)) '("{a + b}" "{f(x) + g(y)}" "{(f g(x))}" "(f g(x))" "{a + b * c}" "{-(x)}" "{'f(x)}" "{#(f(x))}" "{f(x)(y)[z]}"))
;; Encodings of single bytes
(map (lambda (text encoding) ((@ (ice-9 iconv) string->bytevector) text encoding)) '("αβγ" "жук" "ąčę" "é€") '("ISO-8859-7" "KOI8-R" "ISO-8859-2" "windows-1252"))
