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
            locale-date+time-format locale-date-format locale-time-format locale-time+am/pm-format
            locale-era locale-era-year locale-era-date-format locale-era-date+time-format locale-era-time-format
            locale-currency-symbol locale-monetary-decimal-point locale-monetary-thousands-separator
            locale-monetary-grouping locale-monetary-fractional-digits
            locale-monetary-positive-sign locale-monetary-negative-sign
            locale-currency-symbol-precedes-positive? locale-currency-symbol-precedes-negative?
            locale-positive-separated-by-space? locale-negative-separated-by-space?
            locale-positive-sign-position locale-negative-sign-position
            monetary-amount->locale-string number->locale-string
            nl-langinfo %locale-dump))

(define %global-locale 'locale)
(define* (make-locale categories name #:optional base)
  "Return the locale NAME."
  (if (not (false-if-exception (setlocale LC_ALL name)))
      (scm-error 'system-error "make-locale" "Failed to install locale" '() (list ENOENT)))
  %global-locale)
(define (%locale-dump locale) "Return what LOCALE is for each category." (list locale))
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
;; What the C locale says of dates, of numbers, and of money, which is nothing.

(define-syntax-rule (define-constants (name value doc) ...)
  (begin (define* (name #:optional locale) doc value) ...))
(define-constants
  (locale-encoding "UTF-8" "Return the encoding of text.")
  (locale-am-string "AM" "Return what stands for the forenoon.")
  (locale-pm-string "PM" "Return what stands for the afternoon.")
  (locale-decimal-point "." "Return the decimal point.")
  (locale-thousands-separator "" "Return what separates thousands.")
  (locale-digit-grouping '() "Return how digits are grouped.")
  (locale-yes-regexp "^[yY]" "Return a regular expression for yes.")
  (locale-no-regexp "^[nN]" "Return a regular expression for no.")
  (locale-date+time-format "%a %b %e %H:%M:%S %Y" "Return the usual format of dates with the time.")
  (locale-date-format "%m/%d/%y" "Return the usual format of dates.")
  (locale-time-format "%H:%M:%S" "Return the usual format of times.")
  (locale-time+am/pm-format "%I:%M:%S %p" "Return the usual format of times of twelve hours.")
  (locale-era "" "Return the eras.")
  (locale-era-year "" "Return the format of years in an era.")
  (locale-era-date-format "" "Return the format of dates in an era.")
  (locale-era-date+time-format "" "Return the format of dates with the time in an era.")
  (locale-era-time-format "" "Return the format of times in an era.")
  (locale-monetary-decimal-point "" "Return the decimal point of amounts of money.")
  (locale-monetary-thousands-separator "" "Return what separates thousands of money.")
  (locale-monetary-grouping '() "Return how digits of amounts of money are grouped.")
  (locale-monetary-positive-sign "" "Return the sign of amounts above zero.")
  (locale-monetary-negative-sign "" "Return the sign of amounts below zero."))
(define-syntax-rule (define-monetary-constants (name value doc) ...)
  (begin (define* (name intl? #:optional locale) doc value) ...))
(define-monetary-constants
  (locale-currency-symbol "" "Return the currency, the international symbol if INTL?.")
  (locale-monetary-fractional-digits -1 "Return the number of digits after the point, -1 when it is not said.")
  (locale-currency-symbol-precedes-positive? #t "Return #t when the currency stands before an amount.")
  (locale-currency-symbol-precedes-negative? #t "Return #t when the currency stands before a negative amount.")
  (locale-positive-separated-by-space? #t "Return #t when a blank stands between currency and amount.")
  (locale-negative-separated-by-space? #t "Return #t when a blank stands between currency and negative amount.")
  (locale-positive-sign-position 'unspecified "Return where the sign of an amount stands.")
  (locale-negative-sign-position 'unspecified "Return where the sign of a negative amount stands."))

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
