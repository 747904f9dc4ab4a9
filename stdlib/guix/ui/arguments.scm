;;; Commentary:
;;;
;;; What users type: numbers, sizes, durations, generations, specifications of packages, regular expressions.
;;; Part of (guix ui).
;;;
;;; Code:

(define-module (guix ui arguments)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module ((guix profiles) #:select (generation-numbers generation-time))
  #:use-module ((guix utils) #:select (package-name->name+version))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (make-regexp*
            string->number*
            size->number
            string->generations
            string->duration
            matching-generations
            package-specification->name+version+output))

(define (make-regexp* regexp . flags)
  "Return the compiled REGEXP, or report an error and exit when it is none."
  (catch 'regular-expression-syntax
    (lambda () (apply make-regexp regexp flags))
    (lambda (key proc message . rest)
      (leave (G_ "'~a' is not a valid regular expression: ~a~%") regexp message))))

(define (string->number* str)
  "Return the number that STR stands for, or report an error and exit."
  (or (string->number str)
      (leave (G_ "~a: invalid number~%") str)))

(define (unit->factor unit)
  "Return the number of bytes of UNIT, such as \"MiB\", \"M\" or \"MB\", or #f."
  (define (power letters)
    ;; The unit is one of LETTERS and perhaps more.
    (and=> (string-index letters (string-ref unit 0)) 1+))

  (cond ((string-null? unit) 1)
        ((string=? unit "k") 1024)
        ((string-match "^[KMGTPEZY](iB)?$" unit)
         (expt 1024 (power "KMGTPEZY")))
        ((string-match "^[kMGTPEZY]B$" unit)
         (expt 1000 (power "kMGTPEZY")))
        (else #f)))

(define (size->number str)
  "Return the number of bytes that STR, such as \"1024\" or \"1.5GiB\", stands for, or report an error and exit."
  (let* ((end (match (string-rindex str (char-set-adjoin char-set:digit #\.))
                (#f (string-length str))
                (last-digit (+ 1 last-digit))))
         (digits (string-take str end))
         (unit (string-drop str end))
         (number (string->number digits))
         (factor (unit->factor unit)))
    (unless number
      (leave (G_ "invalid number: ~a~%") digits))
    (unless factor
      (leave (G_ "unknown unit: ~a~%") unit))
    (inexact->exact (round (* number factor)))))

(define (string->generations str)
  "Return the generations that STR asks for: a list of numbers for \"1\", \"1,2,3\" or \"1..3\", (>= N) for \"N..\",
(<= N) for \"..N\", #f when it is none of these."
  (define (number-at found index)
    (string->number (match:substring found index)))

  (cond ((string-match "^([0-9]+)\\.\\.([0-9]+)$" str)
         => (lambda (found)
              (let ((first (number-at found 1))
                    (last (number-at found 2)))
                (and (<= first last)
                     (iota (+ 1 (- last first)) first)))))
        ((string-match "^([0-9]+)\\.\\.$" str)
         => (lambda (found) (list '>= (number-at found 1))))
        ((string-match "^\\.\\.([0-9]+)$" str)
         => (lambda (found) (list '<= (number-at found 1))))
        (else
         (let ((numbers (map string->number (string-split str #\,))))
           (and (every (lambda (number) (and number (integer? number))) numbers)
                (delete-duplicates numbers))))))

(define %seconds
  `((#\s . 1) (#\h . 3600) (#\d . ,(* 24 3600)) (#\w . ,(* 7 24 3600)) (#\m . ,(* 30 24 3600))))

(define (string->duration str)
  "Return the duration that STR, a number and one of `s', `h', `d', `w' and `m', stands for, or #f."
  (and=> (string-match "^([0-9]+)([shdwm])$" str)
         (lambda (found)
           (make-time time-duration 0
                      (* (string->number (match:substring found 1))
                         (assv-ref %seconds (string-ref (match:substring found 2) 0)))))))

(define (midnight time)
  "Return the seconds of the beginning of the day of TIME."
  (let ((date (time-utc->date time)))
    (time-second
     (date->time-utc (make-date 0 0 0 0 (date-day date) (date-month date) (date-year date)
                                (date-zone-offset date))))))

(define* (matching-generations str profile #:key (duration-relation <=))
  "Return the generations of PROFILE that STR, see `string->generations' and `string->duration', asks for.  With a duration
they are those of days that have DURATION-RELATION to the day that long ago."
  (define numbers (generation-numbers profile))

  (define (of-days duration)
    (let ((then (- (midnight (current-time)) (time-second duration))))
      (filter (lambda (number)
                (duration-relation then (midnight (generation-time profile number))))
              numbers)))

  (match (string->generations str)
    (#f
     (match (string->duration str)
       (#f (raise (formatted-message (G_ "invalid syntax: ~a~%") str)))
       (duration (of-days duration))))
    (('>= n) (filter (cut >= <> n) numbers))
    (('<= n) (filter (cut <= 1 <> n) numbers))
    (wanted (filter (cut memv <> numbers) wanted))))

(define* (package-specification->name+version+output spec #:optional (output "out"))
  "Return three values: the name, the version or #f, and the output, by default OUTPUT, in SPEC, such as
\"guile@2.0.9:debug\"."
  (let ((colon (string-rindex spec #\:)))
    (call-with-values (lambda () (package-name->name+version (if colon (string-take spec colon) spec)))
      (lambda (name version)
        (values name version (if colon (string-drop spec (+ 1 colon)) output))))))
