;;; Commentary:
;;;
;;; The licenses that packages name.  Interface: (guix licenses) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix licenses)
  #:use-module (srfi srfi-9)
  #:export (license? license-name license-uri license-comment
            fsf-free fsdg-compatible non-copyleft bsd-style x11-style
            agpl1 agpl3 agpl3+ apsl2 asl1.1 asl2.0 boost1.0 bsd-0 bsd-1 bsd-2 bsd-3 bsd-4 cc0 cc-by2.0
            cc-by3.0 cc-by4.0 cc-by-sa2.0 cc-by-sa3.0 cc-by-sa4.0 cc-sampling-plus-1.0 cddl1.0
            cddl1.1 cecill cecill-b cecill-c cern-ohl-p2 cern-ohl-s2 cern-ohl-w2 clarified-artistic
            copyleft-next cpl1.0 cua-opl1.0 edl1.0 epl1.0 epl2.0 eupl1.1 eupl1.2 expat expat-0
            fdl1.1+ fdl1.2+ fdl1.3+ freebsd-doc freetype gfl1.0 giftware gpl1 gpl1+ gpl2 gpl2+ gpl3
            gpl3+ hpnd ibmpl1.0 ijg imlib2 ipa isc knuth lal1.3 lgpl2.0 lgpl2.0+ lgpl2.1 lgpl2.1+
            lgpl3 lgpl3+ llgpl lppl lppl1.0+ lppl1.1+ lppl1.2 lppl1.2+ lppl1.3 lppl1.3+ lppl1.3a
            lppl1.3a+ lppl1.3b lppl1.3b+ lppl1.3c lppl1.3c+ miros mpl1.0 mpl1.1 mpl2.0 ms-pl ncsa
            nmap ogl-psi1.0 opl1.0+ openldap2.8 openssl osl2.1 perl-license psfl public-domain qpl
            qwt1.0 repoze ruby sgifreeb2.0 silofl1.1 sissl1.1 sleepycat smail tcl/tk unicode
            unlicense vim w3c watcom wtfpl2 wxwindows3.1+ x11 zlib zpl2.1 artistic2.0 bola1.1))

(define-record-type <license>
  (license name uri comment)
  license?
  (name license-name)
  (uri license-uri)
  (comment license-comment))

(%declare-pure! license)

(define-syntax define-licenses
  (syntax-rules ()
    ((_ (id name uri comment) ...)
     (begin (define id (license name uri comment)) ...))))

(define-licenses
  (agpl1 "AGPL 1" "https://gnu.org/licenses/agpl.html" "https://gnu.org/licenses/why-affero-gpl.html")
  (agpl3 "AGPL 3" "https://gnu.org/licenses/agpl.html" "https://gnu.org/licenses/why-affero-gpl.html")
  (agpl3+ "AGPL 3+" "https://gnu.org/licenses/agpl.html" "https://gnu.org/licenses/why-affero-gpl.html")
  (apsl2 "APSL 2.0" "https://directory.fsf.org/wiki/License:APSL-2.0" "https://www.gnu.org/licenses/license-list.html#apsl2")
  (artistic2.0 "Artistic License 2.0" "http://www.perlfoundation.org/artistic_license_2_0" "http://www.gnu.org/licenses/license-list.html#ArtisticLicense2")
  (asl1.1 "ASL 1.1" "http://directory.fsf.org/wiki/License:Apache1.1" "https://www.gnu.org/licenses/license-list#apache1")
  (asl2.0 "ASL 2.0" "http://directory.fsf.org/wiki/License:Apache2.0" "https://www.gnu.org/licenses/license-list#apache2")
  (bola1.1 "BOLA 1.1" "https://blitiri.com.ar/p/bola/" "https://www.gnu.org/licenses/license-list#BOLA")
  (boost1.0 "Boost 1.0" "http://directory.fsf.org/wiki/License:Boost1.0" "https://www.gnu.org/licenses/license-list#boost")
  (bsd-0 "Zero-Clause BSD" "https://spdx.org/licenses/0BSD.html" "https://opensource.org/licenses/0BSD")
  (bsd-1 "BSD 1-Clause" "https://spdx.org/licenses/BSD-1-Clause.html" "https://opensource.org/licenses/BSD-1-Clause")
  (bsd-2 "FreeBSD" "http://directory.fsf.org/wiki/License:FreeBSD" "https://www.gnu.org/licenses/license-list#FreeBSD")
  (bsd-3 "Modified BSD" "http://directory.fsf.org/wiki/License:BSD_3Clause" "https://www.gnu.org/licenses/license-list#ModifiedBSD")
  (bsd-4 "Original BSD" "http://directory.fsf.org/wiki/License:BSD_4Clause" "https://www.gnu.org/licenses/license-list#OriginalBSD")
  (cc-by-sa2.0 "CC-BY-SA 2.0" "http://creativecommons.org/licenses/by-sa/2.0/" "Creative Commons Attribution-ShareAlike 2.0 Generic")
  (cc-by-sa3.0 "CC-BY-SA 3.0" "http://creativecommons.org/licenses/by-sa/3.0/" "Creative Commons Attribution-ShareAlike 3.0 Unported")
  (cc-by-sa4.0 "CC-BY-SA 4.0" "http://creativecommons.org/licenses/by-sa/4.0/" "Creative Commons Attribution-ShareAlike 4.0 International")
  (cc-by2.0 "CC-BY 2.0" "http://creativecommons.org/licenses/by/2.0/" "Creative Commons Attribution 2.0 Generic")
  (cc-by3.0 "CC-BY 3.0" "http://creativecommons.org/licenses/by/3.0/" "Creative Commons Attribution 3.0 Unported")
  (cc-by4.0 "CC-BY 4.0" "http://creativecommons.org/licenses/by/4.0/" "Creative Commons Attribution 4.0 Unported")
  (cc-sampling-plus-1.0 "CC-Sampling+ 1.0" "https://creativecommons.org/licenses/sampling+/1.0" "Creative Commons Sampling Plus 1.0")
  (cc0 "CC0" "http://directory.fsf.org/wiki/License:CC0" "http://www.gnu.org/licenses/license-list.html#CC0")
  (cddl1.0 "CDDL 1.0" "http://directory.fsf.org/wiki/License:CDDLv1.0" "https://www.gnu.org/licenses/license-list#CDDL")
  (cddl1.1 "CDDL 1.1" "https://oss.oracle.com/licenses/CDDL+GPL-1.1" "https://www.gnu.org/licenses/license-list#CDDL")
  (cecill "CeCILL" "http://www.cecill.info/licences/Licence_CeCILL_V2.1-en.html" "https://www.gnu.org/licenses/license-list.html#CeCILL")
  (cecill-b "CeCILL-B" "http://www.cecill.info/licences/Licence_CeCILL-B_V1-en.html" "https://www.gnu.org/licenses/license-list.html#CeCILL")
  (cecill-c "CeCILL-C" "http://www.cecill.info/licences/Licence_CeCILL-C_V1-en.html" "https://www.gnu.org/licenses/license-list.html#CeCILL")
  (cern-ohl-p2 "CERN OHL-P v2" "https://ohwr.org/cern_ohl_p_v2.txt" #f)
  (cern-ohl-s2 "CERN OHL-S v2" "https://ohwr.org/cern_ohl_s_v2.txt" #f)
  (cern-ohl-w2 "CERN OHL-W v2" "https://ohwr.org/cern_ohl_w_v2.txt" #f)
  (clarified-artistic "Clarified Artistic" "http://gianluca.dellavedova.org/2011/01/03/clarified-artistic-license/" "https://www.gnu.org/licenses/license-list.html#ArtisticLicense2")
  (copyleft-next "copyleft-next" "https://raw.github.com/richardfontana/copyleft-next/master/Releases/copyleft-next-0.3.0" "GPL-compatible copyleft license")
  (cpl1.0 "CPL 1.0" "http://directory.fsf.org/wiki/License:CPLv1.0" "https://www.gnu.org/licenses/license-list#CommonPublicLicense10")
  (cua-opl1.0 "CUA Office Public License v1.0" "https://spdx.org/licenses/CUA-OPL-1.0.html" "https://opensource.org/licenses/CUA-OPL-1.0")
  (edl1.0 "EDL 1.0" "http://directory.fsf.org/wiki/License:EDLv1.0" "https://eclipse.org/org/documents/edl-v10.php")
  (epl1.0 "EPL 1.0" "http://directory.fsf.org/wiki/License:EPLv1.0" "https://www.gnu.org/licenses/license-list#EPL")
  (epl2.0 "EPL 2.0" "https://www.eclipse.org/legal/epl-2.0/" "https://www.gnu.org/licenses/license-list#EPL2")
  (eupl1.1 "EUPL 1.1" "https://directory.fsf.org/wiki/License:EUPL-1.1" "https://www.gnu.org/licenses/license-list#EUPL-1.1")
  (eupl1.2 "EUPL 1.2" "https://directory.fsf.org/wiki/License:EUPL-1.2" "https://www.gnu.org/licenses/license-list#EUPL-1.2")
  (expat "Expat" "http://directory.fsf.org/wiki/License:Expat" "https://www.gnu.org/licenses/license-list.html#Expat")
  (expat-0 "Expat No Attribution" "https://romanrm.net/mit-zero" "Expat license with the attribution paragraph removed.")
  (fdl1.1+ "FDL 1.1+" "https://www.gnu.org/licenses/fdl-1.1" "https://www.gnu.org/licenses/license-list#FDL")
  (fdl1.2+ "FDL 1.2+" "https://www.gnu.org/licenses/fdl-1.2" "https://www.gnu.org/licenses/license-list#FDL")
  (fdl1.3+ "FDL 1.3+" "https://www.gnu.org/licenses/fdl.html" "https://www.gnu.org/licenses/license-list#FDL")
  (freebsd-doc "FreeBSD Documentation License" "https://www.freebsd.org/copyright/freebsd-doc-license.html" "https://www.gnu.org/licenses/license-list.html#FreeBSDDL")
  (freetype "Freetype" "http://directory.fsf.org/wiki/License:Freetype" "https://www.gnu.org/licenses/license-list.html#freetype")
  (gfl1.0 "GUST font license 1.0" "http://www.gust.org.pl/projects/e-foundry/licenses/GUST-FONT-LICENSE.txt" "https://www.gnu.org/licenses/license-list#LPPL-1.3a")
  (giftware "Giftware" "https://liballeg.org/license.html" "The Allegro 4 license")
  (gpl1 "GPL 1" "https://www.gnu.org/licenses/old-licenses/gpl-1.0.html" #f)
  (gpl1+ "GPL 1+" "https://www.gnu.org/licenses/old-licenses/gpl-1.0.html" #f)
  (gpl2 "GPL 2" "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html" "https://www.gnu.org/licenses/license-list#GPLv2")
  (gpl2+ "GPL 2+" "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html" "https://www.gnu.org/licenses/license-list#GPLv2")
  (gpl3 "GPL 3" "https://www.gnu.org/licenses/gpl.html" "https://www.gnu.org/licenses/license-list#GNUGPLv3")
  (gpl3+ "GPL 3+" "https://www.gnu.org/licenses/gpl.html" "https://www.gnu.org/licenses/license-list#GNUGPLv3")
  (hpnd "HPND" "https://directory.fsf.org/wiki/License:HPND" "https://www.gnu.org/licenses/license-list#HPND")
  (ibmpl1.0 "IBMPL 1.0" "http://directory.fsf.org/wiki/License:IBMPLv1.0" "https://www.gnu.org/licenses/license-list#IBMPL")
  (ijg "IJG" "http://directory.fsf.org/wiki/License:JPEG" "https://www.gnu.org/licenses/license-list#ijg")
  (imlib2 "Imlib2" "http://directory.fsf.org/wiki/License:Imlib2" "https://www.gnu.org/licenses/license-list#imlib")
  (ipa "IPA Font License" "http://directory.fsf.org/wiki/License:IPA_Font_License" "https://www.gnu.org/licenses/license-list#IPAFONT")
  (isc "ISC" "http://directory.fsf.org/wiki/License:ISC" "https://www.gnu.org/licenses/license-list.html#ISC")
  (knuth "Donald Knuth's license for TeX" "http://www.ctan.org/license/knuth" "Modification are only permitted under a different name.")
  (lal1.3 "Free Art License 1.3" "http://artlibre.org/licence/lal/en/" "https://www.gnu.org/licenses/license-list#FreeArt")
  (lgpl2.0 "LGPL 2.0" "https://www.gnu.org/licenses/old-licenses/lgpl-2.0.html" "https://www.gnu.org/licenses/why-not-lgpl.html")
  (lgpl2.0+ "LGPL 2.0+" "https://www.gnu.org/licenses/old-licenses/lgpl-2.0.html" "https://www.gnu.org/licenses/why-not-lgpl.html")
  (lgpl2.1 "LGPL 2.1" "https://www.gnu.org/licenses/old-licenses/lgpl-2.1.html" "https://www.gnu.org/licenses/license-list#LGPLv2.1")
  (lgpl2.1+ "LGPL 2.1+" "https://www.gnu.org/licenses/old-licenses/lgpl-2.1.html" "https://www.gnu.org/licenses/license-list#LGPLv2.1")
  (lgpl3 "LGPL 3" "https://www.gnu.org/licenses/lgpl.html" "https://www.gnu.org/licenses/license-list#LGPLv3")
  (lgpl3+ "LGPL 3+" "https://www.gnu.org/licenses/lgpl.html" "https://www.gnu.org/licenses/license-list#LGPLv3")
  (llgpl "LLGPL" "https://opensource.franz.com/preamble.html" "Lisp Lesser General Public License")
  (lppl "LPPL (any version)" "https://www.latex-project.org/lppl/lppl-1-0/" "LaTeX Project Public License 1.0")
  (lppl1.0+ "LPPL 1.0+" "https://www.latex-project.org/lppl/lppl-1-0/" "LaTeX Project Public License 1.0")
  (lppl1.1+ "LPPL 1.1+" "https://www.latex-project.org/lppl/lppl-1-1/" "LaTeX Project Public License 1.1")
  (lppl1.2 "LPPL 1.2" "http://directory.fsf.org/wiki/License:LPPLv1.2" "https://www.gnu.org/licenses/license-list#LPPL-1.2")
  (lppl1.2+ "LPPL 1.2+" "http://directory.fsf.org/wiki/License:LPPLv1.2" "https://www.gnu.org/licenses/license-list#LPPL-1.2")
  (lppl1.3 "LPPL 1.3" "https://www.latex-project.org/lppl/lppl-1-3/" "LaTeX Project Public License 1.3")
  (lppl1.3+ "LPPL 1.3+" "https://www.latex-project.org/lppl/lppl-1-3/" "LaTeX Project Public License 1.3+")
  (lppl1.3a "LPPL 1.3a" "http://directory.fsf.org/wiki/License:LPPLv1.3a" "https://www.gnu.org/licenses/license-list#LPPL-1.3a")
  (lppl1.3a+ "LPPL 1.3a+" "http://directory.fsf.org/wiki/License:LPPLv1.3a" "https://www.gnu.org/licenses/license-list#LPPL-1.3a")
  (lppl1.3b "LPPL 1.3b" "https://www.latex-project.org/lppl/lppl-1-3b/" "LaTeX Project Public License 1.3b")
  (lppl1.3b+ "LPPL 1.3b+" "https://www.latex-project.org/lppl/lppl-1-3b/" "LaTeX Project Public License 1.3b or later")
  (lppl1.3c "LPPL 1.3c" "https://www.latex-project.org/lppl/lppl-1-3c/" "LaTeX Project Public License 1.3c")
  (lppl1.3c+ "LPPL 1.3c+" "https://www.latex-project.org/lppl/lppl-1-3c/" "LaTeX Project Public License 1.3c or later")
  (miros "MirOS" "https://www.mirbsd.org/MirOS-Licence.htm" "MirOS License")
  (mpl1.0 "MPL 1.0" "http://www.mozilla.org/MPL/1.0/" "https://www.gnu.org/licenses/license-list.html#MPL")
  (mpl1.1 "MPL 1.1" "http://directory.fsf.org/wiki/License:MPLv1.1" "https://www.gnu.org/licenses/license-list#MPL")
  (mpl2.0 "MPL 2.0" "http://directory.fsf.org/wiki/License:MPLv2.0" "https://www.gnu.org/licenses/license-list#MPL-2.0")
  (ms-pl "Ms-PL" "http://directory.fsf.org/wiki/License:MsPL" "http://www.gnu.org/licenses/license-list.html#ms-pl")
  (ncsa "NCSA/University of Illinois Open Source License" "http://directory.fsf.org/wiki/License:IllinoisNCSA" "https://www.gnu.org/licenses/license-list#NCSA")
  (nmap "Nmap license" "https://svn.nmap.org/nmap/COPYING" "https://fedoraproject.org/wiki/Licensing/Nmap")
  (ogl-psi1.0 "Open Government Licence for Public Sector Information" "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/1/" #f)
  (openldap2.8 "OpenLDAPv2.8" "http://directory.fsf.org/wiki/License:OpenLDAPv2.8" "https://www.gnu.org/licenses/license-list#newOpenLDAP")
  (openssl "OpenSSL" "http://directory.fsf.org/wiki/License:OpenSSL" "https://www.gnu.org/licenses/license-list#OpenSSL")
  (opl1.0+ "Open Publication License 1.0 or later" "http://opencontent.org/openpub/" "https://www.gnu.org/licenses/license-list#OpenPublicationL")
  (osl2.1 "The Open Software License 2.1" "https://opensource.org/licenses/osl-2.1.php" "https://www.gnu.org/licenses/license-list#OSL")
  (perl-license "GPL 1+" "https://www.gnu.org/licenses/old-licenses/gpl-1.0.html" #f)
  (psfl "Python Software Foundation License" "http://docs.python.org/license.html" #f)
  (public-domain "Public Domain" "http://directory.fsf.org/wiki/License:PublicDomain" "https://www.gnu.org/licenses/license-list#PublicDomain")
  (qpl "QPL" "http://directory.fsf.org/wiki/License:QPLv1.0" "http://www.gnu.org/licenses/license-list.html#QPL")
  (qwt1.0 "QWT 1.0" "http://qwt.sourceforge.net/qwtlicense.html" "GNU Lesser General Public License with exceptions")
  (repoze "Repoze" "http://repoze.org/LICENSE.txt" "A BSD-like license with a clause requiring all changes to be\n           attributed by author and date.")
  (ruby "Ruby License" "http://directory.fsf.org/wiki/License:Ruby" "https://www.ruby-lang.org/en/about/license.txt")
  (sgifreeb2.0 "SGI Free Software License B, version 2.0" "http://directory.fsf.org/wiki/License:SGIFreeBv2" "https://www.gnu.org/licenses/license-list.html#SGIFreeB")
  (silofl1.1 "SIL OFL 1.1" "http://scripts.sil.org/OFL_web" "https://www.gnu.org/licenses/license-list#SILOFL")
  (sissl1.1 "SISSL 1.1" "https://spdx.org/licenses/SISSL.html" #f)
  (sleepycat "Sleepycat" "http://directory.fsf.org/wiki/License:Sleepycat" "https://www.gnu.org/licenses/license-list#BerkeleyDB")
  (smail "Smail General Public License" "https://directory.fsf.org/wiki/License:Smail" #f)
  (tcl/tk "Tcl/Tk" "http://www.tcl.tk/software/tcltk/license.html" "A non-copyleft free software license from the Tcl/Tk project")
  (unicode "Unicode" "https://directory.fsf.org/wiki/License:Unicode" "http://www.gnu.org/licenses/license-list.html#Unicode")
  (unlicense "Unlicense" "https://unlicense.org/" "https://www.gnu.org/licenses/license-list.html#Unlicense")
  (vim "Vim" "http://directory.fsf.org/wiki/License:Vim7.2" "http://www.gnu.org/licenses/license-list.html#Vim")
  (w3c "W3C Software Notice and License" "https://directory.fsf.org/wiki/License:W3C_31Dec2002" "https://www.gnu.org/licenses/license-list.en.html#W3C")
  (watcom "Watcom-1.0" "https://spdx.org/licenses/Watcom-1.0.html" #f)
  (wtfpl2 "WTFPL 2" "http://www.wtfpl.net" "http://www.wtfpl.net/about/")
  (wxwindows3.1+ "wxWindows 3.1+" "https://wxwidgets.org/about/licence" "https://www.gnu.org/licenses/license-list.html#Wxwind")
  (x11 "X11" "http://directory.fsf.org/wiki/License:X11" "https://www.gnu.org/licenses/license-list#X11License")
  (zlib "Zlib" "https://zlib.net/zlib_license.html" "https://www.gnu.org/licenses/license-list#ZLib")
  (zpl2.1 "Zope Public License 2.1" "http://directory.fsf.org/wiki?title=License:ZopePLv2.1" "https://www.gnu.org/licenses/license-list.html#Zope2.0"))

(define* (non-copyleft uri #:optional (comment ""))
  "Return a lax, non-copyleft license (for example a variant of the 3-clause BSD license), whose full text can be found
at URI."
  (license "non-copyleft" uri
           (string-append "This is a lax, non-copyleft free software license.  " comment)))

(define* (bsd-style uri #:optional (comment ""))
  "Return a BSD-style license, whose full text can be found at URI."
  (license "BSD-style" uri
           (string-append "This is a BSD-style, non-copyleft free software license.  " comment)))

(define* (x11-style uri #:optional (comment ""))
  "Return an X11-style license, whose full text can be found at URI."
  (license "X11-style" uri
           (string-append "This is an X11-style, non-copyleft free software license.  " comment)))

(define* (fsf-free uri #:optional (comment ""))
  "Return a license that does not fit any of the ones above or a collection of licenses, approved as free by the FSF."
  (license "FSF-free" uri comment))

(define* (fsdg-compatible uri #:optional (comment ""))
  "Return the license of data that is not functional, not necessarily free, and allowed by the Free System Distribution
Guidelines; URI tells more."
  (license "FSDG-compatible" uri comment))
