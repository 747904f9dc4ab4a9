;;; Commentary:
;;;
;;; Databases in the format of GNU dbm, written at once from all of their entries.  There is no other program or library
;;; in it, and the same entries yield the same bytes: no part of a block holds what memory happened to hold.
;;; Format: extendible hashing, as GDBM 1.8 to 1.23 write it where file offsets have 64 bits, in the byte order of the
;;; machine.  A file is: the header; the directory, which has for each prefix of hashes the place of a bucket; the buckets,
;;; each a table of entries by the rest of the hash, with open addressing; keys and values, end to end.
;;;
;;; Code:

(define-module (guix build gdbm)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:export (gdbm-hash
            write-gdbm))

(define magic #x13579acf)
(define hash-bits 31)

;; Sizes and places of fields, in bytes.
(define block-size 4096)
(define smallest-directory-bits 9)                ;a directory fills a block
(define header-space 56)                          ;then come free places
(define free-place-size 16)
(define bucket-depth 104)                         ;after six free places
(define bucket-count 108)
(define bucket-table 112)
(define slot-size 24)
(define slots (quotient (- block-size bucket-table) slot-size))
(define hash-space 4)                             ;a slot: hash, start of the key, place, lengths
(define start-of-key 4)

(define (put-32! bytes offset value)
  (bytevector-s32-set! bytes offset value (native-endianness)))

(define (put-64! bytes offset value)
  (bytevector-s64-set! bytes offset value (native-endianness)))

(define (low-bits value)
  (logand value (- (ash 1 hash-bits) 1)))

(define (gdbm-hash key)
  "Return the hash of 31 bits of KEY, a bytevector, whose bytes count as signed."
  (let ((length (bytevector-length key)))
    (let loop ((index 0)
               (value (* #x238f13af length)))
      (if (< index length)
          (loop (+ index 1)
                (low-bits (+ value (ash (bytevector-s8-ref key index) (modulo (* 5 index) 24)))))
          (low-bits (+ (* 1103515243 (low-bits value)) 12345))))))

(define (last-of-each-key alist)
  "Return the pairs of ALIST without those that are followed by one with the same key, in the same order."
  (define seen (make-hash-table))
  (fold (lambda (pair result)
          (if (hash-ref seen (car pair))
              result
              (begin
                (hash-set! seen (car pair) #t)
                (cons pair result))))
        '()
        (reverse alist)))

;; An entry is (HASH KEY VALUE PLACE).

(define (entries-with-places alist place)
  "Return the entries of ALIST, the first of which lies at PLACE, and the place behind the last."
  (let loop ((alist alist) (place place) (entries '()))
    (match alist
      (() (values (reverse entries) place))
      (((key . value) . rest)
       (loop rest
             (+ place (bytevector-length key) (bytevector-length value))
             (cons (list (gdbm-hash key) key value place) entries))))))

(define (split-into-buckets hashes)
  "Return the depths of the buckets that HASHES need, in order: hashes whose first DEPTH bits are the same share one."
  (let split ((hashes hashes) (depth 0))
    (cond ((<= (length hashes) slots)
           (list depth))
          ((= depth hash-bits)
           (error "too many keys of a database have the same hash" (first hashes)))
          (else
           (let-values (((ones zeros)
                         (partition (lambda (hash) (logbit? (- hash-bits depth 1) hash)) hashes)))
             (append (split zeros (+ depth 1))
                     (split ones (+ depth 1))))))))

(define (bucket-block depth entries)
  "Return the block of a bucket of ENTRIES, whose hashes have the first DEPTH bits in common."
  (define block (make-bytevector block-size 0))
  (define (slot-offset slot)
    (+ bucket-table (* slot slot-size)))
  (define (free? slot)
    (= -1 (bytevector-s32-ref block (slot-offset slot) (native-endianness))))

  (put-32! block bucket-depth depth)
  (put-32! block bucket-count (length entries))
  (for-each (lambda (slot) (put-32! block (slot-offset slot) -1))
            (iota slots))
  (for-each
   (match-lambda
     ((hash key value place)
      (let* ((slot (let probe ((slot (modulo hash slots)))
                     (if (free? slot)
                         slot
                         (probe (modulo (+ slot 1) slots)))))
             (offset (slot-offset slot)))
        (put-32! block offset hash)
        (bytevector-copy! key 0 block (+ offset hash-space) (min start-of-key (bytevector-length key)))
        (put-64! block (+ offset 8) place)
        (put-32! block (+ offset 16) (bytevector-length key))
        (put-32! block (+ offset 20) (bytevector-length value)))))
   entries)
  block)

(define (directory-block buckets bits first-bucket)
  "Return the directory of 2^BITS places of buckets, whose depths BUCKETS has, from FIRST-BUCKET on."
  (define directory (make-bytevector (ash 8 bits) 0))
  (let loop ((buckets buckets) (index 0) (place first-bucket))
    (match buckets
      (() directory)
      ((depth . rest)
       (let ((end (+ index (ash 1 (- bits depth)))))
         (do ((index index (+ index 1)))
             ((= index end))
           (put-64! directory (* 8 index) place))
         (loop rest end (+ place block-size)))))))

(define (header-block directory-bits end)
  "Return the first block of a database whose directory has 2^DIRECTORY-BITS places and whose next block comes at END."
  (define block (make-bytevector block-size 0))
  (put-32! block 0 magic)
  (put-32! block 4 block-size)
  (put-64! block 8 block-size)                    ;where the directory is
  (put-32! block 16 (ash 8 directory-bits))
  (put-32! block 20 directory-bits)
  (put-32! block 24 block-size)                   ;of buckets
  (put-32! block 28 slots)
  (put-64! block 32 end)
  (put-32! block 40 (quotient (- block-size header-space) free-place-size))
  block)

(define (write-gdbm file alist)
  "Write to FILE the database with the entries of ALIST: pairs of a key and a value, bytevectors.  The last one of entries
with the same key counts."
  (define wanted
    (last-of-each-key alist))
  (define buckets
    (split-into-buckets (map (compose gdbm-hash car) wanted)))
  (define bits
    (apply max smallest-directory-bits buckets))
  (define first-bucket
    (+ block-size (ash 8 bits)))
  (define first-key
    (+ first-bucket (* block-size (length buckets))))

  (let*-values (((entries last) (entries-with-places wanted first-key))
                ((end) (* block-size (ceiling-quotient last block-size))))
    (define directory (directory-block buckets bits first-bucket))
    (define by-place (make-hash-table))
    (for-each (lambda (entry)
                (let ((place (bytevector-s64-ref directory
                                                 (* 8 (ash (first entry) (- bits hash-bits)))
                                                 (native-endianness))))
                  (hashv-set! by-place place (cons entry (hashv-ref by-place place '())))))
              (reverse entries))
    (call-with-output-file file
      (lambda (port)
        (put-bytevector port (header-block bits end))
        (put-bytevector port directory)
        (for-each (lambda (depth place)
                    (put-bytevector port (bucket-block depth (hashv-ref by-place place '()))))
                  buckets
                  (iota (length buckets) first-bucket block-size))
        (for-each (match-lambda
                    ((hash key value place)
                     (put-bytevector port key)
                     (put-bytevector port value)))
                  entries)
        (put-bytevector port (make-bytevector (- end last) 0)))
      #:binary #t)))
