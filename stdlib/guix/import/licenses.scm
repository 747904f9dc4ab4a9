;;; Commentary:
;;;
;;; Licenses by the names that SPDX gives them.  Interface: part of (guix import utils) of GNU Guix 1.4.
;;; Identifiers: <https://spdx.org/licenses/>.
;;;
;;; Code:

(define-module (guix import licenses)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (spdx-string->license
            spdx-expression->licenses
            license->symbol))

(define %gnu-licenses
  ;; Family, version, the license alone, and with the permission to use later versions; not all of these have a variable.
  '(("GPL" "1.0" gpl1 gpl1+)
    ("GPL" "2.0" gpl2 gpl2+)
    ("GPL" "3.0" gpl3 gpl3+)
    ("LGPL" "2.0" lgpl2.0 lgpl2.0+)
    ("LGPL" "2.1" lgpl2.1 lgpl2.1+)
    ("LGPL" "3.0" lgpl3 lgpl3+)
    ("AGPL" "1.0" agpl1 #f)
    ("AGPL" "3.0" agpl3 agpl3+)
    ("GFDL" "1.1" fdl1.1+ fdl1.1+)
    ("GFDL" "1.2" fdl1.2+ fdl1.2+)
    ("GFDL" "1.3" fdl1.3+ fdl1.3+)))

(define %other-licenses
  '((asl1.1 "Apache-1.1") (asl2.0 "Apache-2.0")
    (apsl2 "APSL-2.0")
    (artistic2.0 "Artistic-2.0") (clarified-artistic "ClArtistic")
    (boost1.0 "BSL-1.0")
    (bsd-0 "0BSD") (bsd-2 "BSD-2-Clause" "BSD-2-Clause-FreeBSD") (bsd-3 "BSD-3-Clause") (bsd-4 "BSD-4-Clause")
    (cc0 "CC0-1.0")
    (cc-by2.0 "CC-BY-2.0") (cc-by3.0 "CC-BY-3.0") (cc-by4.0 "CC-BY-4.0")
    (cc-by-sa2.0 "CC-BY-SA-2.0") (cc-by-sa3.0 "CC-BY-SA-3.0") (cc-by-sa4.0 "CC-BY-SA-4.0")
    (cddl1.0 "CDDL-1.0") (cddl1.1 "CDDL-1.1")
    (cecill "CECILL-2.1") (cecill-b "CECILL-B") (cecill-c "CECILL-C")
    (copyleft-next "copyleft-next-0.3.0")
    (cpl1.0 "CPL-1.0")
    (cua-opl1.0 "CUA-OPL-1.0")
    (epl1.0 "EPL-1.0") (epl2.0 "EPL-2.0")
    (eupl1.2 "EUPL-1.2")
    (expat "MIT") (expat-0 "MIT-0")
    (freebsd-doc "FreeBSD-DOC")
    (freetype "FTL" "Freetype")
    (fsf-free "FSFAP" "FSFUL")
    (giftware "Giftware")
    (hpnd "HPND")
    (ibmpl1.0 "IPL-1.0")
    (ijg "IJG")
    (imlib2 "Imlib2")
    (ipa "IPA")
    (isc "ISC")
    (lal1.3 "LAL-1.3")
    (lppl "LPPL-1.0" "LPPL-1.1") (lppl1.2 "LPPL-1.2") (lppl1.3a "LPPL-1.3a") (lppl1.3c "LPPL-1.3c")
    (miros "MirOS")
    (mpl1.0 "MPL-1.0") (mpl1.1 "MPL-1.1") (mpl2.0 "MPL-2.0")
    (ms-pl "MS-PL")
    (ncsa "NCSA")
    (ogl-psi1.0 "OGL-UK-1.0")
    (openldap2.8 "OLDAP-2.8")
    (openssl "OpenSSL")
    (opl1.0+ "OPL-1.0")
    (osl2.1 "OSL-2.1")
    (psfl "PSF-2.0")
    (qpl "QPL-1.0")
    (ruby "Ruby")
    (sgifreeb2.0 "SGI-B-2.0")
    (silofl1.1 "OFL-1.1")
    (sleepycat "Sleepycat")
    (tcl/tk "TCL")
    (unlicense "Unlicense")
    (vim "Vim")
    (w3c "W3C")
    (wtfpl2 "WTFPL")
    (wxwindows3.1+ "wxWindow")
    (x11 "X11")
    (zlib "Zlib")
    (zpl2.1 "ZPL-2.1")))

(define %gnu-rx
  (make-regexp "^(A|L)?(GPL|GFDL)-([0-9.]+)(-only|-or-later|\\+)?$" regexp/icase))

(define (gnu-license identifier)
  "Return the variable of the license of GNU that IDENTIFIER names, or #f."
  (match (regexp-exec %gnu-rx identifier)
    (#f #f)
    (m
     (let ((family (string-upcase (string-append (or (match:substring m 1) "") (match:substring m 2))))
           (number (match:substring m 3))
           (qualifier (match:substring m 4)))
       (match (find (match-lambda
                      ((name version . _) (and (string=? name family) (string=? version number))))
                    %gnu-licenses)
         (#f #f)
         ((_ _ alone later)
          (if (and qualifier (not (string-ci=? qualifier "-only")))
              (or later
                  ;; The old operator is taken off where there is nothing better.
                  (and (string=? qualifier "+") alone))
              alone)))))))

(define (other-license identifier)
  (match (find (match-lambda
                 ((_ . names) (member identifier names string-ci=?)))
               %other-licenses)
    ((variable . _) variable)
    (#f
     (and (string-suffix? "+" identifier)
          (other-license (string-drop-right identifier 1))))))

(define (spdx-string->license identifier)
  "Return the symbol, such as `license:gpl3+', of the license whose SPDX identifier is IDENTIFIER, in any case of letters and
maybe with a final +; #f when it is not known."
  (and=> (or (gnu-license identifier) (other-license identifier))
         (lambda (variable) (symbol-append 'license: variable))))

(define (spdx-expression->licenses expression)
  "Return the list of the symbols of the licenses that EXPRESSION, as SPDX defines it, mentions, each once, or #f in the place
of one that is not known.  Exceptions are not taken into account."
  (let loop ((words (string-tokenize expression (char-set-complement (char-set #\space #\tab #\newline #\( #\)))))
             (licenses '()))
    (match words
      (() (delete-duplicates (reverse licenses)))
      (((? (lambda (word) (string-ci=? word "with"))) _ . rest) (loop rest licenses))
      (((? (lambda (word) (member word '("and" "or") string-ci=?))) . rest) (loop rest licenses))
      ((identifier . rest) (loop rest (cons (spdx-string->license identifier) licenses))))))

(define (license->symbol license)
  "Return the symbol, such as `license:gpl3+', of LICENSE, an object of (guix licenses), or #f."
  (any identity
       (module-map (lambda (name variable)
                     (and (eq? license (variable-ref variable)) name))
                   (resolve-interface '(guix licenses) #:prefix 'license:))))
