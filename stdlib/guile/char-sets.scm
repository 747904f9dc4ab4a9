;;; Character sets (SRFI 14): the standard sets, and what calls procedures.

(define char-set:empty (%standard-char-set "char-set:empty"))
(define char-set:full (%standard-char-set "char-set:full"))
(define char-set:lower-case (%standard-char-set "char-set:lower-case"))
(define char-set:upper-case (%standard-char-set "char-set:upper-case"))
(define char-set:title-case (%standard-char-set "char-set:title-case"))
(define char-set:letter (%standard-char-set "char-set:letter"))
(define char-set:digit (%standard-char-set "char-set:digit"))
(define char-set:letter+digit (%standard-char-set "char-set:letter+digit"))
(define char-set:graphic (%standard-char-set "char-set:graphic"))
(define char-set:printing (%standard-char-set "char-set:printing"))
(define char-set:whitespace (%standard-char-set "char-set:whitespace"))
(define char-set:iso-control (%standard-char-set "char-set:iso-control"))
(define char-set:punctuation (%standard-char-set "char-set:punctuation"))
(define char-set:symbol (%standard-char-set "char-set:symbol"))
(define char-set:hex-digit (%standard-char-set "char-set:hex-digit"))
(define char-set:blank (%standard-char-set "char-set:blank"))
(define char-set:ascii (%standard-char-set "char-set:ascii"))
(define char-set:designated (%standard-char-set "char-set:designated"))

(define (char-set-fold kons knil set)
  "Fold KONS over the characters of SET."
  (let loop ((chars (char-set->list set)) (result knil))
    (if (null? chars)
        result
        (loop (cdr chars) (kons (car chars) result)))))

(define* (char-set-unfold stop? mapper successor seed #:optional (base char-set:empty))
  "Return BASE with the characters MAPPER gives for seeds until STOP?."
  (let loop ((seed seed) (chars '()))
    (if (stop? seed)
        (list->char-set chars base)
        (loop (successor seed) (cons (mapper seed) chars)))))

(define (char-set-unfold! stop? mapper successor seed base)
  "Return BASE with the characters MAPPER gives for seeds until STOP?."
  (char-set-unfold stop? mapper successor seed base))

(define (char-set-for-each proc set)
  "Call PROC on every character of SET."
  (for-each proc (char-set->list set)))

(define (char-set-map proc set)
  "Return the set of the results of PROC on the characters of SET."
  (list->char-set (map proc (char-set->list set))))

(define* (char-set-filter pred set #:optional (base char-set:empty))
  "Return BASE with the characters of SET that satisfy PRED."
  (list->char-set (filter pred (char-set->list set)) base))

(define (char-set-filter! pred set base)
  "Return BASE with the characters of SET that satisfy PRED."
  (char-set-filter pred set base))

(define (char-set-count pred set)
  "Return how many characters of SET satisfy PRED."
  (length (filter pred (char-set->list set))))

(define (char-set-any pred set)
  "Return the first true value of PRED on the characters of SET, or #f."
  (or-map pred (char-set->list set)))

(define (char-set-every pred set)
  "Return #f if PRED is false on some character of SET, else its last value."
  (and-map pred (char-set->list set)))
