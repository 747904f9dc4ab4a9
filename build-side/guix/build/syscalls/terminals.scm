;;; Commentary:
;;;
;;; Terminals: their settings, their size, and pseudo-terminals.  Layouts and numbers: termios(3), ioctl_tty(2), openpty(3).
;;;
;;; Code:

(define-module (guix build syscalls terminals)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-9)
  #:use-module (system foreign)
  #:use-module (guix build syscalls calls)
  #:use-module (guix build syscalls flags)
  #:export (termios?
            termios-input-flags
            termios-output-flags
            termios-control-flags
            termios-local-flags
            termios-line-discipline
            termios-control-chars
            termios-input-speed
            termios-output-speed
            local-flags
            input-flags
            tcsetattr-action
            tcgetattr
            tcsetattr

            window-size?
            window-size-rows
            window-size-columns
            window-size-x-pixels
            window-size-y-pixels
            terminal-window-size
            terminal-columns
            terminal-rows

            openpty
            login-tty))


;;;
;;; Settings.
;;;

(define-flags input-flags
  (IGNBRK #x0001) (BRKINT #x0002) (IGNPAR #x0004) (PARMRK #x0008)
  (INPCK #x0010) (ISTRIP #x0020) (INLCR #x0040) (IGNCR #x0080)
  (ICRNL #x0100) (IUCLC #x0200) (IXON #x0400) (IXANY #x0800)
  (IXOFF #x1000) (IMAXBEL #x2000) (IUTF8 #x4000))

(define-flags local-flags
  (ISIG #x0001) (ICANON #x0002) (XCASE #x0004) (ECHO #x0008)
  (ECHOE #x0010) (ECHOK #x0020) (ECHONL #x0040) (NOFLSH #x0080)
  (TOSTOP #x0100) (ECHOCTL #x0200) (ECHOPRT #x0400) (ECHOKE #x0800)
  (FLUSHO #x1000) (PENDIN #x4000) (IEXTEN #x8000) (EXTPROC #x10000))

(define-flags tcsetattr-action
  (TCSANOW 0) (TCSADRAIN 1) (TCSAFLUSH 2))

(define-record-type <termios>
  (make-termios input-flags output-flags control-flags local-flags line-discipline control-chars
                input-speed output-speed)
  termios?
  (input-flags termios-input-flags)
  (output-flags termios-output-flags)
  (control-flags termios-control-flags)
  (local-flags termios-local-flags)
  (line-discipline termios-line-discipline)
  (control-chars termios-control-chars)          ;list of bytes
  (input-speed termios-input-speed)
  (output-speed termios-output-speed))

(define %termios-layout
  (list unsigned-int unsigned-int unsigned-int unsigned-int
        uint8 (make-list 32 uint8)
        unsigned-int unsigned-int))

(define c-tcgetattr (c-function int "tcgetattr" (list int '*)))
(define c-tcsetattr (c-function int "tcsetattr" (list int int '*)))

(define (tcgetattr fd)
  "Return the settings of the terminal that the descriptor FD is of."
  (let ((place (bytevector->pointer (make-bytevector (sizeof %termios-layout) 0))))
    (call '("tcgetattr") c-tcgetattr fd place)
    (apply make-termios (parse-c-struct place %termios-layout))))

(define (tcsetattr fd actions termios)
  "Let the settings of the terminal of FD be TERMIOS, when ACTIONS, which `tcsetattr-action' gives, says."
  (define fields
    (map (lambda (get) (get termios))
         (list termios-input-flags termios-output-flags termios-control-flags termios-local-flags
               termios-line-discipline termios-control-chars termios-input-speed termios-output-speed)))

  (call '("tcsetattr") c-tcsetattr fd actions (make-c-struct %termios-layout fields))
  *unspecified*)


;;;
;;; Size.
;;;

(define-record-type <window-size>
  (make-window-size rows columns x-pixels y-pixels)
  window-size?
  (rows window-size-rows)
  (columns window-size-columns)
  (x-pixels window-size-x-pixels)
  (y-pixels window-size-y-pixels))

(define %TIOCGWINSZ #x5413)

(define* (terminal-window-size #:optional (port (current-output-port)))
  "Return the size of the terminal of PORT; throw `system-error' when it is none."
  (let ((buffer (make-bytevector 8 0)))
    (call '("terminal-window-size") c-ioctl (fileno port) %TIOCGWINSZ (bytevector->pointer buffer))
    (apply make-window-size
           (map (lambda (offset) (bytevector-u16-native-ref buffer offset)) '(0 2 4 6)))))

(define (terminal-dimension accessor port fallback)
  "Return what ACCESSOR gives of the size of the terminal of PORT, or what the thunk FALLBACK returns."
  (catch #t
    (lambda ()
      (let ((value (accessor (terminal-window-size port))))
        ;; Some terminals say zero.
        (if (positive? value) value (fallback))))
    (lambda _ (fallback))))

(define (environment-number variable default)
  (or (and=> (getenv variable) string->number)
      default))

(define* (terminal-columns #:optional (port (current-output-port)))
  "Return how many columns the terminal of PORT has, or a guess."
  (terminal-dimension window-size-columns port
                      (lambda () (environment-number "COLUMNS" 80))))

(define* (terminal-rows #:optional (port (current-output-port)))
  "Return how many rows the terminal of PORT has, or a guess."
  (terminal-dimension window-size-rows port
                      (lambda () (environment-number "LINES" 25))))


;;;
;;; Pseudo-terminals.
;;;

(define c-openpty (c-function int "openpty" '(* * * * *) #:library "libutil.so.1"))
(define c-login-tty (c-function int "login_tty" (list int) #:library "libutil.so.1"))

(define (openpty)
  "Return two file descriptors of a new pseudo-terminal: that of who controls it, and that of who uses it."
  (let ((controller (make-bytevector 4))
        (user (make-bytevector 4)))
    (call '("openpty") c-openpty
          (bytevector->pointer controller) (bytevector->pointer user)
          %null-pointer %null-pointer %null-pointer)
    (values (bytevector-s32-native-ref controller 0)
            (bytevector-s32-native-ref user 0))))

(define (login-tty fd)
  "Let the terminal of FD control this process and be its standard input, output and error; close FD."
  (call '("login-tty") c-login-tty fd))
