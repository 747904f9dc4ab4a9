;;; What (guix elf) reads and writes, in both word sizes and byte orders; under Guile it is the same as what (system vm elf)
;;; does.

(use-modules ((guix elf) #:prefix ours:)
             (checks)
             (srfi srfi-1)
             (ice-9 match)
             (rnrs bytevectors))

(define theirs
  (false-if-exception (resolve-interface '(system vm elf))))

(define ours
  (resolve-interface '(guix elf)))

(define (exported name)
  ;; Without the prefix.
  (module-ref ours name))

(define (written ref size order)
  "Return the parts of an ELF file, made and written with what REF, a procedure, finds under a name."
  (define bytes (make-bytevector 320 0))
  (define (make name . arguments)
    (apply (ref name) arguments))

  ((ref 'write-elf-header)
   bytes (make 'make-elf #:word-size size #:byte-order order #:shoff 77 #:entry 5 #:flags 3 #:shnum 2
               #:type (ref 'ET_EXEC) #:machine-type (ref 'EM_ARM)))
  ((ref 'write-elf-program-header)
   bytes ((ref 'elf-header-len) size) order size
   (make 'make-elf-segment #:type (ref 'PT_NOTE) #:offset 7 #:vaddr 9 #:paddr 11 #:filesz 3))
  ((ref 'write-elf-section-header)
   bytes 130 order size
   (make 'make-elf-section #:index 3 #:name 8 #:offset 7 #:addr 9 #:size 3 #:flags (ref 'SHF_WRITE)))
  ((ref 'write-elf-symbol)
   bytes 200 order size
   (make 'make-elf-symbol #:name 8 #:value 7 #:size 9 #:binding (ref 'STB_WEAK) #:type (ref 'STT_FUNC)
         #:visibility (ref 'STV_HIDDEN)))
  bytes)

(define (lengths ref size)
  (map (lambda (name) ((ref name) size))
       '(elf-header-len elf-program-header-len elf-section-header-len elf-symbol-len elf-header-shoff-offset
         elf-section-header-addr-offset elf-section-header-offset-offset elf-symbol-value-offset)))

(define sizes-and-orders
  (append-map (lambda (size)
                (list (list size (endianness little)) (list size (endianness big))))
              '(4 8)))

(for-each
 (match-lambda
   ((size order)
    (define bytes (written exported size order))
    (define elf (ours:parse-elf bytes))
    (define segment
      (ours:elf-segment (ours:parse-elf
                         (begin
                           ;; One segment.
                           (bytevector-u16-set! bytes (if (= size 8) 56 44) 1 order)
                           bytes))
                        0))
    (check (format #f "what was written is read again: ~a ~a" size order)
      (list size order ours:ET_EXEC ours:EM_ARM 5 77 3 2 ours:ELFOSABI_STANDALONE)
      (list (ours:elf-word-size elf) (ours:elf-byte-order elf) (ours:elf-type elf) (ours:elf-machine-type elf)
            (ours:elf-entry elf) (ours:elf-shoff elf) (ours:elf-flags elf) (ours:elf-shnum elf) (ours:elf-abi elf)))
    (check (format #f "a segment: ~a ~a" size order)
      (list ours:PT_NOTE 7 9 11 3 3 (logior ours:PF_R ours:PF_W) 8)
      (list (ours:elf-segment-type segment) (ours:elf-segment-offset segment) (ours:elf-segment-vaddr segment)
            (ours:elf-segment-paddr segment) (ours:elf-segment-filesz segment) (ours:elf-segment-memsz segment)
            (ours:elf-segment-flags segment) (ours:elf-segment-align segment)))
    (check (format #f "the bytes are Guile's: ~a ~a" size order)
      (if theirs
          (written (lambda (name) (module-ref theirs name)) size order)
          (written exported size order))
      (written exported size order))))
 sizes-and-orders)

(define table
  ;; Two symbols and their names.
  (let* ((size  (ours:elf-symbol-len 8))
         (names (string->utf8 "\0first\0second\0"))
         (bytes (make-bytevector (+ 64 (* 2 size) (bytevector-length names)) 0)))
    (ours:write-elf-header bytes (ours:make-elf #:word-size 8 #:byte-order (endianness little) #:shoff 0))
    (for-each (lambda (n name)
                (ours:write-elf-symbol bytes (+ 64 (* n size)) (endianness little) 8
                                       (ours:make-elf-symbol #:name name #:value (* 100 n) #:binding ours:STB_GLOBAL
                                                             #:type ours:STT_OBJECT)))
              '(0 1) '(1 7))
    (bytevector-copy! names 0 bytes (+ 64 (* 2 size)) (bytevector-length names))
    (ours:parse-elf bytes)))

(define symbols
  (ours:make-elf-section #:type ours:SHT_SYMTAB #:offset 64 #:size (* 2 (ours:elf-symbol-len 8))
                         #:entsize (ours:elf-symbol-len 8)))

(check "symbols by their names"
  (list '("first" 0) (list "second" 100 ours:STB_GLOBAL ours:STT_OBJECT ours:STV_DEFAULT))
  (let* ((names (ours:make-elf-section #:type ours:SHT_STRTAB #:offset (+ 64 (* 2 (ours:elf-symbol-len 8)))))
         (first (ours:elf-symbol-table-ref table symbols 0 names))
         (second (ours:elf-symbol-table-ref table symbols 1 names)))
    (list (list (ours:elf-symbol-name first) (ours:elf-symbol-value first))
          (list (ours:elf-symbol-name second) (ours:elf-symbol-value second) (ours:elf-symbol-binding second)
                (ours:elf-symbol-type second) (ours:elf-symbol-visibility second)))))

(check "constants are Guile's"
  '()
  (filter-map (match-lambda
                ((name . mine)
                 (let ((variable (and theirs (module-variable theirs name))))
                   (and variable
                        (variable-bound? variable)
                        ;; Procedures may be macros there.
                        (integer? mine)
                        (not (eqv? mine (variable-ref variable)))
                        name))))
              (module-map (lambda (name variable) (cons name (variable-ref variable))) ours)))

(check "lengths of parts"
  '((52 32 40 16 32 12 16 4) (64 56 64 24 40 16 24 8))
  (list (lengths exported 4) (lengths exported 8)))
