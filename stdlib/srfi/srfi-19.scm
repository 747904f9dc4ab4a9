;;; Commentary:
;;;
;;; SRFI 19: times and dates. Dates are of the proleptic Gregorian calendar; leap seconds as tabled by IERS.
;;;
;;; Code:

(define-module (srfi srfi-19)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-8)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 rdelim)
  #:export (time-duration time-monotonic time-process time-tai time-thread time-utc
            current-date current-julian-day current-modified-julian-day time-resolution
            make-time time? time-type time-nanosecond time-second set-time-type! set-time-nanosecond!
            set-time-second! copy-time
            time<=? time<? time=? time>=? time>? time-difference time-difference! add-duration
            add-duration! subtract-duration subtract-duration!
            make-date date? date-nanosecond date-second date-minute date-hour date-day date-month
            date-year date-zone-offset date-year-day date-week-day date-week-number
            date->julian-day date->modified-julian-day date->time-monotonic date->time-tai
            date->time-utc julian-day->date julian-day->time-monotonic julian-day->time-tai
            julian-day->time-utc modified-julian-day->date modified-julian-day->time-monotonic
            modified-julian-day->time-tai modified-julian-day->time-utc
            time-monotonic->date time-monotonic->julian-day time-monotonic->modified-julian-day
            time-monotonic->time-tai time-monotonic->time-tai! time-monotonic->time-utc
            time-monotonic->time-utc! time-tai->date time-tai->julian-day
            time-tai->modified-julian-day time-tai->time-monotonic time-tai->time-monotonic!
            time-tai->time-utc time-tai->time-utc! time-utc->date time-utc->julian-day
            time-utc->modified-julian-day time-utc->time-monotonic time-utc->time-monotonic!
            time-utc->time-tai time-utc->time-tai!
            date->string string->date)
  #:replace (current-time))

(define time-tai 'time-tai)
(define time-utc 'time-utc)
(define time-monotonic 'time-monotonic)
(define time-thread 'time-thread)
(define time-process 'time-process)
(define time-duration 'time-duration)

(define nano 1000000000)
(define day-seconds 86400)
;; Julian day of the epoch, 1970-01-01T00:00:00Z.
(define epoch-julian-day 4881175/2)

;; When, in seconds of UTC, the difference from TAI became what it is.
(define leap-seconds
  '((1483228800 . 37) (1435708800 . 36) (1341100800 . 35) (1230768000 . 34) (1136073600 . 33)
    (915148800 . 32) (867715200 . 31) (820454400 . 30) (773020800 . 29) (741484800 . 28)
    (709948800 . 27) (662688000 . 26) (631152000 . 25) (567993600 . 24) (489024000 . 23)
    (425865600 . 22) (394329600 . 21) (362793600 . 20) (315532800 . 19) (283996800 . 18)
    (252460800 . 17) (220924800 . 16) (189302400 . 15) (157766400 . 14) (126230400 . 13)
    (94694400 . 12) (78796800 . 11) (63072000 . 10)))

(define (utc->tai-difference second)
  (let loop ((table leap-seconds))
    (cond ((null? table) 0)
          ((>= second (caar table)) (cdar table))
          (else (loop (cdr table))))))
(define (tai->utc-difference second)
  (let loop ((table leap-seconds))
    (cond ((null? table) 0)
          ((>= second (+ (caar table) (cdar table))) (cdar table))
          (else (loop (cdr table))))))

(define-record-type time
  (make-time-unnormalized type nanosecond second)
  time?
  (type time-type set-time-type!)
  (nanosecond time-nanosecond set-time-nanosecond!)
  (second time-second set-time-second!))

(define (make-time type nanosecond second)
  "Return a time of TYPE."
  (let* ((total (+ (* second nano) nanosecond))
         (seconds (truncate-quotient total nano)))
    (if (and (negative? total) (not (zero? (truncate-remainder total nano))))
        (make-time-unnormalized type (floor-remainder total nano) (floor-quotient total nano))
        (make-time-unnormalized type (truncate-remainder total nano) seconds))))

(define (copy-time time)
  "Return a copy of TIME."
  (make-time-unnormalized (time-type time) (time-nanosecond time) (time-second time)))

(define* (current-time #:optional (type time-utc))
  "Return the time now, of TYPE."
  (define (now shift)
    (let* ((timeofday (gettimeofday))
           (second (car timeofday)))
      (make-time type (* 1000 (cdr timeofday)) (+ second (shift second)))))
  (case type
    ((time-utc) (now (const 0)))
    ((time-tai time-monotonic) (now utc->tai-difference))
    ((time-process time-thread)
     (make-time type (get-internal-run-time) 0))
    (else (scm-error 'wrong-type-arg "current-time" "invalid clock type ~S" (list type) (list type)))))

(define* (time-resolution #:optional (type time-utc))
  "Return the resolution of the clock of TYPE in nanoseconds."
  1000)

;; Comparison and arithmetic

(define (nanoseconds time)
  (+ (* nano (time-second time)) (time-nanosecond time)))
(define (check-same t1 t2)
  (if (not (eq? (time-type t1) (time-type t2)))
      (scm-error 'misc-error "time" "incompatible time types: ~S ~S" (list (time-type t1) (time-type t2)) #f)))
(define-syntax-rule (define-comparison name compare)
  (define (name t1 t2)
    "Compare two times of one type."
    (check-same t1 t2)
    (compare (nanoseconds t1) (nanoseconds t2))))
(define-comparison time=? =)
(define-comparison time<? <)
(define-comparison time>? >)
(define-comparison time<=? <=)
(define-comparison time>=? >=)

(define (from-nanoseconds type n)
  (make-time type n 0))
(define (time-difference t1 t2)
  "Return the duration from T2 to T1."
  (check-same t1 t2)
  (from-nanoseconds time-duration (- (nanoseconds t1) (nanoseconds t2))))
(define time-difference! time-difference)
(define (add-duration time duration)
  "Return the time DURATION after TIME."
  (from-nanoseconds (time-type time) (+ (nanoseconds time) (nanoseconds duration))))
(define add-duration! add-duration)
(define (subtract-duration time duration)
  "Return the time DURATION before TIME."
  (from-nanoseconds (time-type time) (- (nanoseconds time) (nanoseconds duration))))
(define subtract-duration! subtract-duration)

;; Between the scales

(define (time-utc->time-tai time)
  "Return the TAI time of the UTC TIME."
  (make-time time-tai (time-nanosecond time) (+ (time-second time) (utc->tai-difference (time-second time)))))
(define (time-tai->time-utc time)
  "Return the UTC time of the TAI TIME."
  (make-time time-utc (time-nanosecond time) (- (time-second time) (tai->utc-difference (time-second time)))))
(define (retype type) (lambda (time) (make-time type (time-nanosecond time) (time-second time))))
(define time-tai->time-monotonic (retype time-monotonic))
(define time-monotonic->time-tai (retype time-tai))
(define (time-utc->time-monotonic time)
  "Return the monotonic time of the UTC TIME."
  (time-tai->time-monotonic (time-utc->time-tai time)))
(define (time-monotonic->time-utc time)
  "Return the UTC time of the monotonic TIME."
  (time-tai->time-utc (time-monotonic->time-tai time)))
(define time-utc->time-tai! time-utc->time-tai)
(define time-tai->time-utc! time-tai->time-utc)
(define time-tai->time-monotonic! time-tai->time-monotonic)
(define time-monotonic->time-tai! time-monotonic->time-tai)
(define time-utc->time-monotonic! time-utc->time-monotonic)
(define time-monotonic->time-utc! time-monotonic->time-utc)

;; Dates

(define-record-type date
  (make-date nanosecond second minute hour day month year zone-offset)
  date?
  (nanosecond date-nanosecond)
  (second date-second)
  (minute date-minute)
  (hour date-hour)
  (day date-day)
  (month date-month)
  (year date-year)
  (zone-offset date-zone-offset))

(define (leap-year? year)
  (and (zero? (modulo year 4))
       (or (not (zero? (modulo year 100))) (zero? (modulo year 400)))))

;; Days from 1970-01-01 to a date, and back, with years that start in March.
(define (days-from-civil year month day)
  (let* ((y (if (<= month 2) (- year 1) year))
         (era (floor-quotient y 400))
         (year-of-era (- y (* era 400)))
         (day-of-year (+ (quotient (+ (* 153 (modulo (+ month 9) 12)) 2) 5) (- day 1)))
         (day-of-era (+ (* year-of-era 365) (quotient year-of-era 4) (- (quotient year-of-era 100)) day-of-year)))
    (+ (* era 146097) day-of-era -719468)))
(define (civil-from-days days)
  (let* ((z (+ days 719468))
         (era (floor-quotient z 146097))
         (doe (- z (* era 146097)))
         (yoe (quotient (- doe (quotient doe 1460) (- (quotient doe 36524)) (quotient doe 146096)) 365))
         (doy (- doe (- (+ (* 365 yoe) (quotient yoe 4)) (quotient yoe 100))))
         (mp (quotient (+ (* 5 doy) 2) 153))
         (day (+ 1 (- doy (quotient (+ (* 153 mp) 2) 5))))
         (month (if (< mp 10) (+ mp 3) (- mp 9))))
    (values (+ yoe (* era 400) (if (<= month 2) 1 0)) month day)))

(define (date-days date)
  (days-from-civil (date-year date) (date-month date) (date-day date)))

(define (date-year-day date)
  "Return the day of the year of DATE, from 1."
  (+ 1 (- (date-days date) (days-from-civil (date-year date) 1 1))))
(define (date-week-day date)
  "Return the day of the week of DATE, from 0 for Sunday."
  (modulo (+ 4 (date-days date)) 7))
(define (days-before-first-week date day-of-week-starting-week)
  (let ((first (days-from-civil (date-year date) 1 1)))
    (modulo (- day-of-week-starting-week (modulo (+ 4 first) 7)) 7)))
(define (date-week-number date day-of-week-starting-week)
  "Return how many full weeks of the year have passed at the end of DATE."
  (floor-quotient (- (date-year-day date) 1 (days-before-first-week date day-of-week-starting-week)) 7))
(define (week-of-year date start)
  ;; Counted from 1 when the year begins in the middle of a week.
  (+ (date-week-number date start)
     (if (> (days-before-first-week date start) 0) 1 0)))

(define (local-offset second)
  (- (tm:gmtoff (localtime second))))

(define (date->time-utc date)
  "Return the UTC time of DATE."
  (make-time time-utc
             (date-nanosecond date)
             (+ (* day-seconds (date-days date))
                (* 3600 (date-hour date))
                (* 60 (date-minute date))
                (date-second date)
                (- (date-zone-offset date)))))
(define* (time-utc->date time #:optional (offset (local-offset (time-second time))))
  "Return the date of the UTC TIME at the zone OFFSET."
  (let* ((second (+ (time-second time) offset))
         (days (floor-quotient second day-seconds))
         (rest (floor-remainder second day-seconds)))
    (receive (year month day) (civil-from-days days)
      (make-date (time-nanosecond time)
                 (remainder rest 60)
                 (quotient (remainder rest 3600) 60)
                 (quotient rest 3600)
                 day month year offset))))
(define (later time seconds)
  (make-time (time-type time) (time-nanosecond time) (+ (time-second time) seconds)))
(define (date->time-tai date)
  "Return the TAI time of DATE."
  ;; UTC has one number for a leap second and the second after it.
  (later (time-utc->time-tai (date->time-utc date)) (if (= 60 (date-second date)) -1 0)))
(define (date->time-monotonic date)
  "Return the monotonic time of DATE."
  (time-tai->time-monotonic (date->time-tai date)))
(define (leap-second? second)
  ;; Whether the SECOND of TAI is one.
  (or-map (lambda (entry) (= second (+ (car entry) (cdr entry) -1)))
          (list-head leap-seconds (- (length leap-seconds) 1))))
(define (time-tai->date time . offset)
  "Return the date of the TAI TIME."
  (let ((utc (time-tai->time-utc time)))
    (if (leap-second? (time-second time))
        (let ((before (apply time-utc->date (later utc -1) offset)))
          (make-date (date-nanosecond before) 60 (date-minute before) (date-hour before)
                     (date-day before) (date-month before) (date-year before) (date-zone-offset before)))
        (apply time-utc->date utc offset))))
(define (time-monotonic->date time . offset)
  "Return the date of the monotonic TIME."
  (apply time-tai->date (time-monotonic->time-tai time) offset))
(define* (current-date #:optional offset)
  "Return the date now."
  (let ((now (current-time time-utc)))
    (time-utc->date now (or offset (local-offset (time-second now))))))

;; Julian days

(define (time-utc->julian-day time)
  "Return the Julian day of the UTC TIME."
  (+ epoch-julian-day (/ (nanoseconds time) (* nano day-seconds))))
(define (time-utc->modified-julian-day time)
  "Return the modified Julian day of the UTC TIME."
  (- (time-utc->julian-day time) 4800001/2))
(define (julian-day->time-utc day)
  "Return the UTC time of the Julian DAY."
  (from-nanoseconds time-utc (round (* (- (inexact->exact day) epoch-julian-day) day-seconds nano))))
(define (modified-julian-day->time-utc day)
  "Return the UTC time of the modified Julian DAY."
  (julian-day->time-utc (+ day 4800001/2)))
(define (date->julian-day date) "Return the Julian day of DATE." (time-utc->julian-day (date->time-utc date)))
(define (date->modified-julian-day date) "Return the modified Julian day of DATE." (time-utc->modified-julian-day (date->time-utc date)))
(define (time-tai->julian-day time) "Return the Julian day of TIME." (time-utc->julian-day (time-tai->time-utc time)))
(define (time-tai->modified-julian-day time) "Return the modified Julian day of TIME." (time-utc->modified-julian-day (time-tai->time-utc time)))
(define (time-monotonic->julian-day time) "Return the Julian day of TIME." (time-utc->julian-day (time-monotonic->time-utc time)))
(define (time-monotonic->modified-julian-day time) "Return the modified Julian day of TIME." (time-utc->modified-julian-day (time-monotonic->time-utc time)))
(define (julian-day->time-tai day) "Return the TAI time of DAY." (time-utc->time-tai (julian-day->time-utc day)))
(define (julian-day->time-monotonic day) "Return the monotonic time of DAY." (time-utc->time-monotonic (julian-day->time-utc day)))
(define (julian-day->date day . offset) "Return the date of DAY." (apply time-utc->date (julian-day->time-utc day) offset))
(define (modified-julian-day->time-tai day) "Return the TAI time of DAY." (time-utc->time-tai (modified-julian-day->time-utc day)))
(define (modified-julian-day->time-monotonic day) "Return the monotonic time of DAY." (time-utc->time-monotonic (modified-julian-day->time-utc day)))
(define (modified-julian-day->date day . offset) "Return the date of DAY." (apply time-utc->date (modified-julian-day->time-utc day) offset))
(define (current-julian-day) "Return the Julian day now." (time-utc->julian-day (current-time time-utc)))
(define (current-modified-julian-day) "Return the modified Julian day now." (time-utc->modified-julian-day (current-time time-utc)))

;; Text

(define day-names #("Sunday" "Monday" "Tuesday" "Wednesday" "Thursday" "Friday" "Saturday"))
(define month-names #("January" "February" "March" "April" "May" "June" "July" "August" "September"
                      "October" "November" "December"))
(define (short name) (substring name 0 3))

(define (padded n pad width)
  (let ((text (number->string (abs n))))
    (string-append
     (if (negative? n) "-" "")
     (if (and pad (< (string-length text) width))
         (string-append (make-string (- width (string-length text)) pad) text)
         text))))

(define (zone-text offset colon)
  (if (zero? offset)
      "Z"
      (let ((minutes (quotient (abs offset) 60)))
        (string-append (if (negative? offset) "-" "+")
                       (padded (quotient minutes 60) #\0 2)
                       colon
                       (padded (remainder minutes 60) #\0 2)))))

(define (fraction-text date)
  (let ((ns (date-nanosecond date)))
    (if (zero? ns)
        ""
        (string-append "." (string-trim-right (padded ns #\0 9) #\0)))))

(define (directive date c pad)
  ;; The text for the directive C, or #f.
  (define (number n default width)
    (padded n (if (eq? pad 'default) default pad) width))
  (define (again format) (date->string date format))
  (define (iso-year) (if (> (date-year date) 9999) "+~Y" "~Y"))
  (case c
    ((#\~) "~")
    ((#\a) (short (vector-ref day-names (date-week-day date))))
    ((#\A) (vector-ref day-names (date-week-day date)))
    ((#\b #\h) (short (vector-ref month-names (- (date-month date) 1))))
    ((#\B) (vector-ref month-names (- (date-month date) 1)))
    ((#\c) (again "~a ~b ~d ~H:~M:~S~z ~Y"))
    ((#\d) (number (date-day date) #\0 2))
    ((#\D) (again "~m/~d/~y"))
    ((#\e) (number (date-day date) #\space 2))
    ((#\f) (string-append (number (date-second date) #f 2) (fraction-text date)))
    ((#\H) (number (date-hour date) #\0 2))
    ((#\I) (number (let ((h (modulo (date-hour date) 12))) (if (zero? h) 12 h)) #\0 2))
    ((#\j) (number (date-year-day date) #\0 3))
    ((#\k) (number (date-hour date) #\space 2))
    ((#\l) (number (let ((h (modulo (date-hour date) 12))) (if (zero? h) 12 h)) #\space 2))
    ((#\m) (number (date-month date) #\0 2))
    ((#\M) (number (date-minute date) #\0 2))
    ((#\n) "\n")
    ((#\N) (number (date-nanosecond date) #\0 9))
    ((#\p) (if (< (date-hour date) 12) "AM" "PM"))
    ((#\r) (again "~I:~M:~S ~p"))
    ((#\s) (number->string (time-second (date->time-utc date))))
    ((#\S) (number (date-second date) #\0 2))
    ((#\t) "\t")
    ((#\T) (again "~H:~M:~S"))
    ((#\U) (number (week-of-year date 0) #\0 2))
    ((#\V) (number (date-week-number date 1) #\0 2))
    ((#\w) (number->string (date-week-day date)))
    ((#\W) (number (week-of-year date 1) #\0 2))
    ((#\x) (again "~m/~d/~y"))
    ((#\X) (again "~H:~M:~S"))
    ((#\y) (number (modulo (date-year date) 100) #\0 2))
    ((#\Y) (number (date-year date) #\0 4))
    ((#\z) (zone-text (date-zone-offset date) ""))
    ((#\Z) (zone-text (date-zone-offset date) ""))
    ((#\1) (again (string-append (iso-year) "-~m-~d")))
    ((#\2) (again "~H:~M:~S~z"))
    ((#\3) (again "~H:~M:~S"))
    ((#\4) (again (string-append (iso-year) "-~m-~dT~H:~M:~S~z")))
    ((#\5) (again (string-append (iso-year) "-~m-~dT~H:~M:~S")))
    (else #f)))

(define* (date->string date #:optional (format "~c"))
  "Return DATE as FORMAT says."
  (define (bad)
    (scm-error 'misc-error "date->string" "bad date format string ~S" (list format) #f))
  (call-with-output-string
   (lambda (out)
     (let loop ((i 0) (pad #f))
       ;; PAD is #f outside of a directive, else the padding it asks for.
       (if (< i (string-length format))
           (let ((c (string-ref format i)))
             (cond ((not pad)
                    (if (char=? c #\~)
                        (loop (+ i 1) 'default)
                        (begin
                          (write-char c out)
                          (loop (+ i 1) #f))))
                   ((and (eq? pad 'default) (char=? c #\-)) (loop (+ i 1) 'none))
                   ((and (eq? pad 'default) (char=? c #\_)) (loop (+ i 1) #\space))
                   (else
                    (display (or (directive date c (if (eq? pad 'none) #f pad)) (bad)) out)
                    (loop (+ i 1) #f))))
           (if pad (bad)))))))

(define (string->date input template)
  "Return the date that the text INPUT denotes by TEMPLATE."
  (define port (open-input-string input))
  (define parts (make-vector 8 #f))               ;ns s min h day month year zone
  (define (fail)
    (scm-error 'misc-error "string->date" "bad date: ~S does not fit ~S" (list input template) #f))
  (define (set-part! k value) (vector-set! parts k value))
  (define (skip-until pred)
    (let loop ()
      (let ((c (peek-char port)))
        (cond ((eof-object? c) (fail))
              ((not (pred c))
               (read-char port)
               (loop))))))
  (define (read-digits limit)
    (let loop ((digits '()))
      (let ((c (peek-char port)))
        (if (and (char? c) (char-numeric? c) (< (length digits) limit))
            (loop (cons (read-char port) digits))
            (if (null? digits)
                (fail)
                (string->number (list->string (reverse digits))))))))
  (define (number limit)
    (skip-until char-numeric?)
    (read-digits limit))
  (define (nanoseconds-of-fraction)
    (skip-until char-numeric?)
    (let ((start (port-column port)))
      (let ((digits (read-digits 9)))
        (* digits (expt 10 (- 9 (- (port-column port) start)))))))
  (define (name names short?)
    (skip-until char-alphabetic?)
    (let loop ((letters '()))
      (let ((c (peek-char port)))
        (if (and (char? c) (char-alphabetic? c))
            (loop (cons (read-char port) letters))
            (let ((word (list->string (reverse letters))))
              (or (list-index (lambda (candidate)
                                (or (string-ci=? word candidate)
                                    (string-ci=? word (short candidate))))
                              (vector->list names))
                  (fail)))))))
  (define (zone)
    (skip-until (lambda (c) (memv c '(#\Z #\z #\+ #\-))))
    (let ((c (read-char port)))
      (case c
        ((#\Z #\z) 0)
        ((#\+ #\-)
         (let* ((hours (read-digits 2)))
           (if (eqv? #\: (peek-char port)) (read-char port))
           (let ((offset (* 60 (+ (* 60 hours) (if (and (char? (peek-char port)) (char-numeric? (peek-char port)))
                                                   (read-digits 2)
                                                   0)))))
             (if (char=? c #\-) (- offset) offset))))
        (else (fail)))))
  (define (parse template)
    (let loop ((chars (string->list template)))
      (if (pair? chars)
          (if (and (char=? #\~ (car chars)) (pair? (cdr chars)))
              (begin
                (case (cadr chars)
                  ((#\a #\A) (name day-names #t))
                  ((#\b #\B #\h) (set-part! 5 (+ 1 (name month-names #t))))
                  ((#\d) (set-part! 4 (number 2)))
                  ((#\e) (set-part! 4 (number 2)))
                  ((#\H #\k) (set-part! 3 (number 2)))
                  ((#\m) (set-part! 5 (number 2)))
                  ((#\M) (set-part! 2 (number 2)))
                  ((#\N) (set-part! 0 (nanoseconds-of-fraction)))
                  ((#\S) (set-part! 1 (number 2)))
                  ((#\y) (let ((y (number 2))) (set-part! 6 (if (< y 50) (+ 2000 y) (+ 1900 y)))))
                  ((#\Y) (set-part! 6 (number 4)))
                  ((#\z) (set-part! 7 (zone)))
                  ((#\D #\x) (parse "~m/~d/~y"))
                  ((#\T #\X #\3) (parse "~H:~M:~S"))
                  ((#\1) (parse "~Y-~m-~d"))
                  ((#\2) (parse "~H:~M:~S~z"))
                  ((#\4) (parse "~Y-~m-~dT~H:~M:~S~z"))
                  ((#\5) (parse "~Y-~m-~dT~H:~M:~S"))
                  ((#\~) (if (not (eqv? #\~ (read-char port))) (fail)))
                  (else (fail)))
                (loop (cddr chars)))
              (let ((c (read-char port)))
                (if (not (eqv? c (car chars))) (fail))
                (loop (cdr chars)))))))
  (parse template)
  (let ((get (lambda (k default) (or (vector-ref parts k) default))))
    (if (not (vector-ref parts 6)) (fail))
    (let ((draft (make-date (get 0 0) (get 1 0) (get 2 0) (get 3 0) (get 4 1) (get 5 1) (get 6 1970) 0)))
      (make-date (date-nanosecond draft) (date-second draft) (date-minute draft) (date-hour draft)
                 (date-day draft) (date-month draft) (date-year draft)
                 (get 7 (local-offset (time-second (date->time-utc draft))))))))
