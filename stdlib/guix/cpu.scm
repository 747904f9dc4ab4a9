;;; Commentary:
;;;
;;; The processor of this host, and the name that GCC's `-march' has for it.
;;; Interface: (guix cpu) of GNU Guix 1.4; facts about processors: GCC's driver-i386.c and aarch64-cores.def.
;;;
;;; Code:

(define-module (guix cpu)
  #:use-module (guix memoization)
  #:use-module (guix sets)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:export (current-cpu cpu? cpu-architecture cpu-vendor cpu-family cpu-model cpu-flags
            cpu->gcc-architecture))

(define-record-type <cpu>
  (cpu architecture vendor family model flags)
  cpu?
  (architecture cpu-architecture)       ;string, as uname tells it
  (vendor cpu-vendor)                   ;string or #f
  (family cpu-family)                   ;integer or #f
  (model cpu-model)                     ;integer or #f
  (flags cpu-flags))                    ;set of strings

(define (processor-attributes port)
  "Return an alist of what PORT, in the format of /proc/cpuinfo, tells about the first processor."
  (let loop ((result '()))
    (match (read-line port)
      ((or (? eof-object?) "") (reverse result))
      (line
       (match (string-index line #\:)
         (#f (loop result))
         (colon (loop (acons (string-trim-both (string-take line colon))
                             (string-trim-both (string-drop line (+ 1 colon)))
                             result))))))))

(define current-cpu
  (mlambda ()
    "Return a record of the processor of this host."
    (let ((attributes (call-with-input-file "/proc/cpuinfo" processor-attributes)))
      (define (attribute . names)
        (any (lambda (name) (assoc-ref attributes name)) names))
      (define (hexadecimal text)
        (string->number (if (string-prefix? "0x" text) (string-drop text 2) text) 16))

      (cpu (utsname:machine (uname))
           ;; On x86; on ARM.
           (attribute "vendor_id" "CPU implementer")
           (and=> (attribute "cpu family") string->number)
           (or (and=> (attribute "model") string->number)
               (and=> (attribute "CPU part") hexadecimal))
           (list->set (string-tokenize (or (attribute "flags" "Features") "")))))))

;; Rows of features and a name; the first of whose features all are there counts.
(define %intel
  '((("avx" "avx512vp2intersect" "tsxldtrk") "sapphirerapids")
    (("avx" "avx512vp2intersect") "tigerlake")
    (("avx" "avx512bf16") "cooperlake")
    (("avx" "wbnoinvd") "icelake-server")
    (("avx" "avx512bitalg") "icelake-client")
    (("avx" "avx512vbmi") "cannonlake")
    (("avx" "avx5124vnniw") "knm")
    (("avx" "avx512er") "knl")
    (("avx" "avx512f") "skylake-avx512")
    (("avx" "serialize") "alderlake")
    (("avx" "clflushopt") "skylake")
    (("avx" "adx") "broadwell")
    (("avx" "avx2") "haswell")
    (("avx") "sandybridge")
    (("sse4_2" "gfni") "tremont")
    (("sse4_2" "sgx") "goldmont-plus")
    (("sse4_2" "xsave") "goldmont")
    (("sse4_2" "movbe") "silvermont")
    (("sse4_2") "nehalem")
    (("ssse3" "movbe") "bonnell")
    (("ssse3") "core2")
    (("longmode") "x86-64")))

(define %amd
  '((("vaes") "znver3")
    (("clwb") "znver2")
    (("clzero") "znver1")
    (("avx2") "bdver4")
    (("xsaveopt") "bdver3")
    (("bmi") "bdver2")
    (("xop") "bdver1")
    (("sse4a" "has_ssse3") "btver1")
    (("sse4a") "amdfam10")
    (("sse2" "sse3") "k8-sse3")
    (("longmode" "sse3") "k8-sse3")
    (("sse2") "k8")
    (("longmode") "k8")
    (("mmx" "3dnow") "k6-3")
    (("mmx") "k6")
    (() "pentium")))

(define %other-x86
  ;; Of unknown makers, by what they can do.
  (append '((("avx512") "knl")
            (("adx") "broadwell")
            (("avx2") "haswell"))
          (member '(("avx") "sandybridge")
                  (delete '(("longmode") "x86-64") %intel))))

(define (name-by-features rows cpu)
  (any (match-lambda
         ((features name)
          (and (every (lambda (feature) (set-contains? (cpu-flags cpu) feature)) features)
               name)))
       rows))

(define (x86-64-name cpu)
  (or (match (cpu-vendor cpu)
        ("GenuineIntel"
         (and (eqv? 6 (cpu-family cpu))
              (name-by-features %intel cpu)))
        ("AuthenticAMD"
         (or (and (eqv? 22 (cpu-family cpu))
                  (name-by-features '((("movbe") "btver2")) cpu))
             (name-by-features %amd cpu)))
        (_ #f))
      (name-by-features %other-x86 cpu)
      "x86_64"))

(define (aarch64-name cpu)
  ;; By the number of the implementer and the parts that it makes.
  (match (list (cpu-vendor cpu) (cpu-model cpu))
    (("0x41" (or #xd02 #xd03 #xd04 #xd07 #xd08 #xd09)) "armv8-a")
    (("0x41" (or #xd05 #xd0a #xd0b #xd0c #xd0d #xd0e #xd41 #xd42 #xd43 #xd44 #xd46 #xd4a #xd4b)) "armv8.2-a")
    (("0x41" #xd40) "armv8.4-a")
    (("0x41" #xd15) "armv8-r")
    (("0x41" (or #xd47 #xd48 #xd49 #xd4f)) "armv9-a")
    (("0x42" _) "armv8.1-a")
    (("0x43" (or #x0a0 #x0a1 #x0a2 #x0a3)) "armv8-a")
    (("0x43" #x0af) "armv8.1-a")
    (("0x43" (or #x0b0 #x0b1 #x0b2 #x0b3 #x0b4 #x0b5)) "armv8.2-a")
    (("0x43" #x0b8) "armv8.3-a")
    (((or "0x46" "0x48") _) "armv8.2-a")
    (("0x51" #x516) "armv8.1-a")
    (("0x51" #xc01) "armv8.4-a")
    (("0xC0" _) "armv8.6-a")
    (_ "armv8-a")))

(define (cpu->gcc-architecture cpu)
  "Return the name that GCC's `-march' has for CPU, that of its architecture at least."
  (match (cpu-architecture cpu)
    ("x86_64" (x86-64-name cpu))
    ("aarch64" (aarch64-name cpu))
    (architecture architecture)))
