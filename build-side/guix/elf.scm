;;; Commentary:
;;;
;;; ELF files as bytevectors: headers, program headers and the dynamic section, for both word sizes and
;;; byte orders.  Reading only.  Layout: System V ABI, chapters 4 and 5.
;;;
;;; Code:

(define-module (guix elf)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (elf?
            parse-elf
            elf-bytes
            elf-word-size
            elf-byte-order
            elf-type
            elf-machine-type
            elf-segments
            elf-segment?
            elf-segment-type
            elf-segment-offset
            elf-segment-vaddr
            elf-segment-filesz
            elf-segment-memsz
            elf-integer
            elf-string
            PT_LOAD
            PT_DYNAMIC
            PT_INTERP))

(define PT_LOAD 1)
(define PT_DYNAMIC 2)
(define PT_INTERP 3)

(define-record-type <elf>
  (make-elf bytes word-size byte-order type machine segments)
  elf?
  (bytes elf-bytes)
  (word-size elf-word-size)                       ;4 or 8
  (byte-order elf-byte-order)                     ;'little or 'big
  (type elf-type)
  (machine elf-machine-type)
  (segments elf-segments))

(define-record-type <elf-segment>
  (make-segment type offset vaddr filesz memsz)
  elf-segment?
  (type elf-segment-type)
  (offset elf-segment-offset)
  (vaddr elf-segment-vaddr)
  (filesz elf-segment-filesz)
  (memsz elf-segment-memsz))

(define (malformed message . args)
  (scm-error 'elf-error "parse-elf" message args #f))

(define (parse-elf bytes)
  "Return what the headers in BYTES, a bytevector, say."
  (unless (and (>= (bytevector-length bytes) 52)
               (= #x7f (bytevector-u8-ref bytes 0))
               (= 69 (bytevector-u8-ref bytes 1))
               (= 76 (bytevector-u8-ref bytes 2))
               (= 70 (bytevector-u8-ref bytes 3)))
    (malformed "not an ELF file"))
  (let* ((wide? (= 2 (bytevector-u8-ref bytes 4)))
         (order (if (= 2 (bytevector-u8-ref bytes 5)) 'big 'little)))
    (define (half offset)
      (bytevector-u16-ref bytes offset order))
    (define (word offset)
      (bytevector-u32-ref bytes offset order))
    (define (address offset)
      (if wide?
          (bytevector-u64-ref bytes offset order)
          (word offset)))
    (define (segment offset)
      ;; The order of the fields differs between the two word sizes.
      (if wide?
          (make-segment (word offset) (address (+ offset 8)) (address (+ offset 16))
                        (address (+ offset 32)) (address (+ offset 40)))
          (make-segment (word offset) (word (+ offset 4)) (word (+ offset 8))
                        (word (+ offset 16)) (word (+ offset 20)))))

    (let ((start (address (if wide? 32 28)))
          (size (half (if wide? 54 42)))
          (count (half (if wide? 56 44))))
      (when (> (+ start (* size count)) (bytevector-length bytes))
        (malformed "program headers beyond the end of the file"))
      (make-elf bytes (if wide? 8 4) order
                (half 16) (half 18)
                (map (lambda (k) (segment (+ start (* k size))))
                     (iota count))))))

(define (elf-integer elf offset)
  "Return the unsigned integer of ELF's word size at OFFSET."
  (if (= 8 (elf-word-size elf))
      (bytevector-u64-ref (elf-bytes elf) offset (elf-byte-order elf))
      (bytevector-u32-ref (elf-bytes elf) offset (elf-byte-order elf))))

(define (elf-string elf offset)
  "Return the string that starts at OFFSET of ELF and ends before a null byte."
  (let* ((bytes (elf-bytes elf))
         (size (bytevector-length bytes)))
    (let loop ((end offset))
      (cond ((>= end size) (malformed "string without an end at ~a" offset))
            ((zero? (bytevector-u8-ref bytes end))
             (let ((text (make-bytevector (- end offset))))
               (bytevector-copy! bytes offset text 0 (- end offset))
               (utf8->string text)))
            (else (loop (+ end 1)))))))
