;;; Commentary:
;;;
;;; The build system of Erlang packages that Rebar builds, and where they are.
;;; The phases are in (guix build rebar-build-system).
;;; Interface: (guix build-system rebar) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system rebar)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (hexpm-uri
            hexpm-package-url
            %rebar-build-system-modules
            rebar-build
            rebar-build-system))

(define hexpm-package-url
  ;; Where hex.pm keeps sources.
  "https://repo.hex.pm/tarballs/")

(define (hexpm-uri name version)
  "Return the URI of the source of the Erlang package NAME at VERSION on hex.pm."
  (string-append hexpm-package-url name "-" version ".tar"))

(define %rebar-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build rebar-build-system)
    ,@%gnu-build-system-modules))

(define rebar-build
  (native-builder 'rebar-build
                  #:documentation "Build SOURCE with Rebar, Erlang and INPUTS."
                  #:imported-modules %rebar-build-system-modules
                  #:modules '((guix build rebar-build-system)
                              (guix build utils))
                  #:parameters '((phases (@ (guix build rebar-build-system) %standard-phases))
                                 (rebar-flags '("skip_deps=true" "-vv"))
                                 (tests? #t)
                                 (test-target "eunit")
                                 (install-profile "default")
                                 (native-search-paths ()))
                  #:arguments '(source system name rebar-flags tests? test-target install-profile
                                (phases code) outputs search-paths inputs)
                  #:options '(#:target #f #:graft? #f)))

(define rebar-build-system
  (build-system
    (name 'rebar)
    (description "The standard Rebar build system")
    (lower (lowering rebar-build
                     #:tools `(("rebar" #:rebar ,(collection-variable '(gnu packages erlang) 'rebar3))
                               ("erlang" #:erlang ,(collection-variable '(gnu packages erlang) 'erlang)))
                     #:host-inputs '(source inputs)
                     #:build-inputs '(tools native-inputs standard)))))
