;;; Commentary:
;;;
;;; The index of manual pages that man-db's `whatis' and `apropos' read.  Pages are read here, in a simpler way than mandb's,
;;; and the database is the same whenever the pages are.
;;; Format: man-db's schema 2.5.0; the fields are those of its manual and of what `accessdb' shows.
;;; Used inside of builds.
;;;
;;; Code:

(define-module (guix man-db)
  #:use-module (guix build gdbm)
  #:use-module ((guix build utils) #:select (find-files))
  #:use-module (zlib)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (mandb-entry?
            mandb-entry-file-name
            mandb-entry-name
            mandb-entry-section
            mandb-entry-synopsis
            mandb-entry-kind

            mandb-entries
            write-mandb-database))

;; What is known of a page: NAME and SECTION are those that its title gives, KIND is `link' when the file does but name
;; another page, else `ultimate'.
(define-record-type <mandb-entry>
  (mandb-entry file-name name section synopsis kind)
  mandb-entry?
  (file-name mandb-entry-file-name)
  (name      mandb-entry-name)                    ;string | #f
  (section   mandb-entry-section)                 ;integer
  (synopsis  mandb-entry-synopsis)
  (kind      mandb-entry-kind))


;;;
;;; Reading pages.
;;;

(define page-file
  (make-regexp "^(.+)\\.([0-9][a-z]*)(\\.gz)?$"))

(define (page-name file)
  "Return the name and the extension (such as \"3\" or \"3pm\") of the page in FILE."
  (match (regexp-exec page-file (basename file))
    (#f (values (basename file) "0"))
    (matched (values (match:substring matched 1) (match:substring matched 2)))))

(define (call-with-page file proc)
  "Call PROC on a port with the text of FILE, compressed or not."
  (define (proc-on-text port)
    (set-port-encoding! port "UTF-8")
    (set-port-conversion-strategy! port 'substitute)
    (proc port))
  (if (string-suffix? ".gz" file)
      (call-with-gzip-input-port (open-file file "r0b") proc-on-text)
      (call-with-input-file file proc-on-text)))

(define (unquoted word)
  (string-trim-both word #\"))

(define (leading-number word)
  "Return the number that WORD, a section, begins with, or 0."
  (or (string->number (string-take word (or (string-skip word char-numeric?) (string-length word))))
      0))

(define (after-dash text)
  "Return the description in TEXT, which is like `NAME \\- DESCRIPTION', or \"\"."
  (match (string-contains text "\\-")
    (#f "")
    (index (string-join (string-tokenize (string-drop text (+ index 2)))))))

(define (read-description port)
  "Return the description that the section NAME, which begins at PORT, gives, in the macros of man or of mdoc."
  (let loop ((lines '()))
    (define (result)
      (after-dash (string-join (reverse lines))))
    (match (read-line port)
      ((? eof-object?) (result))
      ((? (lambda (line) (string-prefix? "." (string-trim line))) line)
       (match (string-tokenize line)
         ((".Nd" . words) (string-join words))
         ((".Nm" . _) (loop lines))
         (_ (result))))
      (line (loop (cons line lines))))))

(define* (read-entry file #:optional (resolve (const #f)))
  "Return the entry of the page in FILE.  RESOLVE takes the name that a page gives of another one and returns its file, or
#f."
  (define (title-section words)
    (match words
      ((section . _) (leading-number (unquoted section)))
      (() 0)))

  (call-with-page file
    (lambda (port)
      (let loop ((name #f) (section #f) (synopsis #f) (kind 'ultimate))
        (define (entry)
          (mandb-entry file name (or section 0) (or synopsis "") kind))
        (if (and name section synopsis)
            (entry)
            (match (read-line port)
              ((? eof-object?) (entry))
              (line
               (match (string-tokenize line)
                 (((or ".TH" ".Dt") name . rest)
                  (loop (unquoted name) (title-section rest) synopsis kind))
                 (((or ".SH" ".Sh") (or "NAME" "\"NAME\""))
                  (loop name section (read-description port) kind))
                 ((".so" link)
                  (match (resolve link)
                    (#f (loop name section synopsis 'link))
                    (target
                     ;; One step: a chain of links, which may have no end, is not followed.
                     (let ((page (read-entry target)))
                       (mandb-entry file (mandb-entry-name page) (mandb-entry-section page)
                                    (mandb-entry-synopsis page) 'link)))))
                 (_ (loop name section synopsis kind))))))))))

(define (mandb-entries directory)
  "Return the entries of the manual pages below DIRECTORY, such as share/man of a package."
  (define (resolve link)
    (find file-exists?
          (map (lambda (extension) (string-append directory "/" link extension))
               '(".gz" ""))))
  (filter-map (lambda (file)
                ;; A symbolic link may lead nowhere.
                (and (file-exists? file)
                     (read-entry file resolve)))
              (find-files directory "\\.[0-9][a-z]*(\\.gz)?$")))


;;;
;;; The database.
;;;

(define (c-string string)
  (string->utf8 (string-append string "\0")))

(define (record key . fields)
  (cons (c-string key) (c-string (string-join fields "\t"))))

(define (entry-key entry)
  "Return what ENTRY is found by."
  (string-downcase (page-name (mandb-entry-file-name entry))))

(define (entry-extension entry)
  (call-with-values (lambda () (page-name (mandb-entry-file-name entry)))
    (lambda (name extension) extension)))

(define (entry-fields entry)
  (call-with-values (lambda () (page-name (mandb-entry-file-name entry)))
    (lambda (name extension)
      (list name extension
            (number->string (match (leading-number extension)
                              (0 (mandb-entry-section entry))
                              (section section)))
            "0" "0"                               ;the epoch
            (if (eq? 'link (mandb-entry-kind entry)) "B" "A")
            "-" "-"
            (if (string-suffix? ".gz" (mandb-entry-file-name entry)) "gz" "-")
            (mandb-entry-synopsis entry)))))

(define (entry<? one two)
  (define (key entry)
    (map (lambda (part) (part entry))
         (list entry-key entry-extension mandb-entry-file-name)))
  (let loop ((one (key one)) (two (key two)))
    (match (list one two)
      ((() ()) #f)
      (((first . one) (second . two))
       (or (string<? first second)
           (and (string=? first second)
                (loop one two)))))))

(define (records-of-key key entries)
  "Return the records of ENTRIES, which are all found by KEY.  When there are several, KEY leads to a list of them."
  (match (delete-duplicates entries
                            (lambda (one two)
                              (string=? (entry-extension one) (entry-extension two))))
    ((entry)
     (list (apply record key (entry-fields entry))))
    (entries
     (cons (record key
                   (string-concatenate
                    (map (lambda (entry)
                           (match (entry-fields entry)
                             ((name extension . _) (string-append "\t" name "\t" extension))))
                         entries)))
           (map (lambda (entry)
                  (apply record (string-append key "\t" (entry-extension entry)) (entry-fields entry)))
                entries)))))

(define (write-mandb-database file entries)
  "Write ENTRIES to FILE, which man-db looks for as `index.db'."
  (write-gdbm
   file
   (cons (record "$version$" "2.5.0")
         (let loop ((entries (sort entries entry<?)))
           (match entries
             (() '())
             ((entry . _)
              (let ((key (entry-key entry)))
                (call-with-values
                    (lambda () (span (lambda (other) (string=? key (entry-key other))) entries))
                  (lambda (same rest)
                    (append (records-of-key key same) (loop rest)))))))))))
