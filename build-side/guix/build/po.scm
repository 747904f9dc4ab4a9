;;; Commentary:
;;;
;;; Reading translations, and applying them to the cross-references of a translated Texinfo manual.
;;; Interface: (guix build po) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build po)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:export (read-po-file
            translate-cross-references))

(define (quoted-text line)
  "Return the text between the quotes in LINE, with characters in place of escapes, or #f when there are no quotes."
  (let ((start (string-index line #\"))
        (end (string-rindex line #\")))
    (and start
         (< start end)
         (let loop ((chars (string->list (substring line (+ start 1) end))) (result '()))
           (match chars
             (() (reverse-list->string result))
             ((#\\ #\n . rest) (loop rest (cons #\newline result)))
             ((#\\ char . rest) (loop rest (cons char result)))
             ((char . rest) (loop rest (cons char result))))))))

(define (read-po-file port)
  "Return the alist from messages to translations in PORT, without those that are missing or fuzzy."
  (define (add entries message translation fuzzy?)
    (if (and message translation (not fuzzy?)
             (not (string-null? message)) (not (string-null? translation)))
        (acons message translation entries)
        entries))

  (let loop ((message #f) (translation #f) (fuzzy? #f) (entries '()))
    (define (finished)
      (add entries message translation fuzzy?))

    (match (read-line port)
      ((? eof-object?) (reverse (finished)))
      (line
       (cond ((string-prefix? "#," line)
              (let ((fuzzy-flag? (->bool (string-contains line "fuzzy"))))
                (if translation
                    (loop #f #f fuzzy-flag? (finished))
                    (loop message #f (or fuzzy? fuzzy-flag?) entries))))
             ((string-prefix? "#" line)
              (if translation
                  (loop #f #f #f (finished))
                  (loop message translation fuzzy? entries)))
             ((string-prefix? "msgid " line)
              (if translation
                  (loop (quoted-text line) #f #f (finished))
                  (loop (quoted-text line) #f fuzzy? entries)))
             ((string-prefix? "msgstr " line)
              (loop message (quoted-text line) fuzzy? entries))
             ((and (string-prefix? "\"" line) (quoted-text line))
              => (lambda (more)
                   (if translation
                       (loop message (string-append translation more) fuzzy? entries)
                       (loop (and message (string-append message more)) #f fuzzy? entries))))
             (else (loop message translation fuzzy? entries)))))))

(define (translate-cross-references texi pofile)
  "Translate the names of nodes in cross-references in the file TEXI, a translated Texinfo manual, as the file POFILE says."
  (define translations (call-with-input-file pofile read-po-file))
  (define text (call-with-input-file texi get-string-all))
  (define count 0)

  (define (one-line name)
    (string-map (lambda (char) (if (char-whitespace? char) #\space char)) name))

  (define (translated reference)
    (let ((name (one-line (match:substring reference 2))))
      (set! count (+ count 1))
      (string-append "@" (or (match:substring reference 1) "") "ref{"
                     (or (assoc-ref translations name) name))))

  (let ((result (regexp-substitute/global #f "@(px|x)?ref\\{([^,}]+)" text
                                          'pre translated 'post)))
    (format (current-error-port) "translated ~a cross-references in '~a'~%" count texi)
    (call-with-output-file texi
      (lambda (port) (display result port)))))
