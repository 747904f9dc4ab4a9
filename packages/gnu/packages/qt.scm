;;; Commentary:
;;;
;;; Qt.  Its build takes hours: the libraries are had as they were compiled.
;;;
;;; Code:

(define-module (gnu packages qt)
  #:use-module (guix gexp)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public qtbase-5
  (relocated-package
   "qtbase" "5.15.8"
   '(fontconfig-config libblkid1 libbrotli1 libbsd0 libbz2-1.0 libdbus-1-3 libdouble-conversion3 libdrm2 libegl-dev
     libegl-mesa0 libegl1 libevdev2 libexpat1 libffi8 libfontconfig1 libfreetype6 libgbm1 libgcrypt20 libgl-dev libgl1
     libglapi-mesa libglib2.0-0 libglu1-mesa libglvnd0 libglx-dev libglx-mesa0 libglx0 libgpg-error0 libgraphite2-3
     libgudev-1.0-0 libharfbuzz0b libice6 libicu72 libinput10 libjpeg62-turbo liblz4-1 liblzma5 libmd0 libmd4c0
     libmount1 libmtdev1 libopengl-dev libopengl0 libpcre2-16-0 libpcre2-8-0 libpng16-16 libqt5concurrent5
     libqt5core5a libqt5dbus5 libqt5gui5 libqt5network5 libqt5printsupport5 libqt5sql5 libqt5test5 libqt5widgets5
     libqt5xml5 libselinux1 libsm6 libuuid1 libwacom9 libwayland-client0 libwayland-server0 libx11-6 libx11-data
     libx11-dev libx11-xcb1 libxau6 libxcb-dri2-0 libxcb-dri3-0 libxcb-glx0 libxcb-icccm4 libxcb-image0
     libxcb-keysyms1 libxcb-present0 libxcb-randr0 libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0
     libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xinerama0 libxcb-xinput0 libxcb-xkb1 libxcb1 libxdmcp6 libxext6
     libxfixes3 libxkbcommon-x11-0 libxkbcommon0 libxrender1 libxshmfence1 libxxf86vm1 libzstd1 qt5-qmake qt5-qmake-bin
     qtbase5-dev qtbase5-dev-tools x11proto-dev xkb-data zlib1g)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let ((out (assoc-ref outputs "out")))
         ;; Where libraries are is told relative to a directory one level deeper.
         (substitute* (find-files (string-append out "/lib/cmake") "\\.cmake$")
           (("\\$\\{CMAKE_CURRENT_LIST_DIR\\}/\\.\\./\\.\\./\\.\\./\\.\\./") (string-append out "/"))
           (("/lib/\\.\\./\\.\\./") "/")
           (("/lib/x86_64-linux-gnu/") "/lib/")
           (("/include/x86_64-linux-gnu/") "/include/"))
         (call-with-output-file (string-append out "/lib/qt5/bin/qt.conf")
           (lambda (port)
             (format port "[Paths]
Prefix=~a
Headers=include/qt5
Libraries=lib
Binaries=lib/qt5/bin
LibraryExecutables=lib/qt5/libexec
Plugins=lib/qt5/plugins
Imports=lib/qt5/imports
Qml2Imports=lib/qt5/qml
ArchData=lib/qt5
Data=share/qt5
HostPrefix=~a
HostData=lib/qt5
HostBinaries=lib/qt5/bin
HostLibraries=lib~%" out out)))))
   #:native-search-paths
   (list (search-path-specification
          (variable "QMAKEPATH")
          (files '("lib/qt5")))
         (search-path-specification
          (variable "QT_PLUGIN_PATH")
          (files '("lib/qt5/plugins")))
         (search-path-specification
          (variable "XDG_DATA_DIRS")
          (files '("share")))
         (search-path-specification
          (variable "XDG_CONFIG_DIRS")
          (files '("etc/xdg"))))
   #:synopsis "Library of user interfaces and more"
   #:description "Qt is a library in C++ for programs with windows, files, networks and threads on many systems."
   #:home-page "https://www.qt.io/"
   #:license (list license:lgpl2.1 license:lgpl3)))
