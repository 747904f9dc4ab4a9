;;; Commentary:
;;;
;;; Internationalization: the C locale on Unicode.
;;;
;;; Code:

(define-module (ice-9 i18n)
  #:export (locale? make-locale %global-locale
            string-locale<? string-locale>? string-locale-ci<? string-locale-ci>? string-locale-ci=?
            char-locale<? char-locale>? char-locale-ci<? char-locale-ci>? char-locale-ci=?
            char-locale-downcase char-locale-upcase char-locale-titlecase
            string-locale-upcase string-locale-downcase string-locale-titlecase
            locale-string->integer locale-string->inexact
            locale-day-short locale-day locale-month-short locale-month locale-encoding
            locale-am-string locale-pm-string locale-decimal-point locale-thousands-separator
            locale-digit-grouping locale-yes-regexp locale-no-regexp
            monetary-amount->locale-string number->locale-string
            nl-langinfo))

(define %global-locale 'locale)
(define* (make-locale categories name #:optional base) "Return the locale NAME." (setlocale LC_ALL name) %global-locale)
(define (locale? x) "Return #t when X is a locale." (eq? x %global-locale))

(define-syntax-rule (define-comparisons (name compare) ...)
  (begin
    (define* (name a b #:optional locale) "Compare A and B." (compare a b)) ...))
(define-comparisons
  (string-locale<? string<?) (string-locale>? string>?) (string-locale-ci<? string-ci<?)
  (string-locale-ci>? string-ci>?) (string-locale-ci=? string-ci=?)
  (char-locale<? char<?) (char-locale>? char>?) (char-locale-ci<? char-ci<?)
  (char-locale-ci>? char-ci>?) (char-locale-ci=? char-ci=?))
(define-syntax-rule (define-conversions (name convert) ...)
  (begin
    (define* (name x #:optional locale) "Convert the case of X." (convert x)) ...))
(define-conversions
  (char-locale-downcase char-downcase) (char-locale-upcase char-upcase) (char-locale-titlecase char-titlecase)
  (string-locale-upcase string-upcase) (string-locale-downcase string-downcase) (string-locale-titlecase string-titlecase))

(define (leading-number str pattern)
  (let ((match ((@ (ice-9 regex) string-match) pattern str)))
    (if match
        (values (string->number (string-trim ((@ (ice-9 regex) match:substring) match)))
                ((@ (ice-9 regex) match:end) match))
        (values #f 0))))
(define* (locale-string->integer str #:optional (base 10) locale)
  "Return the integer STR starts with, and how many characters it takes."
  (leading-number str "^[[:space:]]*[-+]?[0-9]+"))
(define* (locale-string->inexact str #:optional locale)
  "Return the inexact number STR starts with, and how many characters it takes."
  (call-with-values (lambda () (leading-number str "^[[:space:]]*[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?"))
    (lambda (n end) (values (and n (exact->inexact n)) end))))

(define days #("Sunday" "Monday" "Tuesday" "Wednesday" "Thursday" "Friday" "Saturday"))
(define months #("January" "February" "March" "April" "May" "June" "July" "August" "September" "October"
                 "November" "December"))
(define* (locale-day day #:optional locale) "Return the name of DAY, from 1 for Sunday." (vector-ref days (- day 1)))
(define* (locale-day-short day #:optional locale) "Return the short name of DAY." (substring (locale-day day) 0 3))
(define* (locale-month month #:optional locale) "Return the name of MONTH, from 1." (vector-ref months (- month 1)))
(define* (locale-month-short month #:optional locale) "Return the short name of MONTH." (substring (locale-month month) 0 3))
(define* (locale-encoding #:optional locale) "Return the encoding of text." "UTF-8")
(define* (locale-am-string #:optional locale) "Return what stands for the forenoon." "AM")
(define* (locale-pm-string #:optional locale) "Return what stands for the afternoon." "PM")
(define* (locale-decimal-point #:optional locale) "Return the decimal point." ".")
(define* (locale-thousands-separator #:optional locale) "Return what separates thousands." "")
(define* (locale-digit-grouping #:optional locale) "Return how digits are grouped." '())
(define* (locale-yes-regexp #:optional locale) "Return a regular expression for yes." "^[+1yY]")
(define* (locale-no-regexp #:optional locale) "Return a regular expression for no." "^[-0nN]")
(define* (number->locale-string number #:optional (fraction-digits #t) locale)
  "Return the text of NUMBER."
  (if (integer? fraction-digits)
      ((@ (ice-9 format) format) #f (string-append "~," (number->string fraction-digits) "f") number)
      (number->string number)))
(define* (monetary-amount->locale-string amount intl? #:optional locale)
  "Return the text of AMOUNT."
  ((@ (ice-9 format) format) #f "~,2f" amount))
(define* (nl-langinfo item #:optional locale) "Return what ITEM says of the locale." (if (eq? item CODESET) "UTF-8" ""))
(define CODESET 'codeset)
