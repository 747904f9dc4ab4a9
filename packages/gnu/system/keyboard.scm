;;; Commentary:
;;;
;;; Layouts of keyboards, named as the X Window System's keyboard extension names them.  Not their making for the console, which
;;; takes the package console-setup.
;;; Interface: (gnu system keyboard) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu system keyboard)
  #:use-module (gnu system unavailable)
  #:use-module (srfi srfi-9)
  #:export (keyboard-layout?
            keyboard-layout
            keyboard-layout-name
            keyboard-layout-variant
            keyboard-layout-model
            keyboard-layout-options
            keyboard-layout->console-keymap))

(define-record-type <keyboard-layout>
  (make-keyboard-layout name variant model options)
  keyboard-layout?
  (name keyboard-layout-name)
  (variant keyboard-layout-variant)
  (model keyboard-layout-model)
  (options keyboard-layout-options))

(define* (keyboard-layout name #:optional variant #:key model (options '()))
  "Return the layout called NAME, such as \"de\", with VARIANT, such as \"neo\", for keyboards of MODEL, with OPTIONS."
  (make-keyboard-layout name variant model options))

(define (keyboard-layout->console-keymap layout . options)
  "Return the file of LAYOUT for the console."
  (unavailable 'keyboard-layout->console-keymap "the package console-setup"))
