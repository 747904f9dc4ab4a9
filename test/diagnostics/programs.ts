/** Erroneous programs. `‸` stands before the place that the message must name. The message must contain Guile's,
 *  which real Guile supplies, unless the program gives another, with the reason. */
export interface ErroneousProgram {
  readonly text: string
  readonly message?: string
}

const same = (text: string): ErroneousProgram => ({ text })
/** A program of which strata says something else than Guile. */
const ours = (text: string, message: string): ErroneousProgram => ({ text, message })

export const programs: readonly ErroneousProgram[] = [
  // Wrong types.
  same('‸(car 5)'),
  same('(define (f x)\n  (+ 1 ‸(car x)))\n(f "a")'),
  same('‸(cdr (list))'),
  same('(display ‸(+ 1 "a"))'),
  same(
    '(define (g l)\n  (let loop ((l l) (n 0))\n    (if (null? l) n\n        (loop (cdr l) ‸(+ n (car l))))))\n(g (list 1 "two" 3))',
  ),
  same('‸(- "a" 1)'),
  same("‸(* 2 'x)"),
  same('‸(string->symbol 4)'),
  same('‸(symbol->string "a")'),
  same('‸(string-length 12)'),
  same('‸(vector-length (list 1 2))'),
  same('‸(hash-ref 1 2)'),
  same('‸(list-ref (list 1 2) 5)'),
  same('‸(length 5)'),
  same("‸(length '(1 . 2))"),
  same('‸(reverse 5)'),
  same('‸(char-upcase "a")'),
  same('‸(string-upcase #\\a)'),
  same('(define (h) ‸(sqrt "x"))\n(h)'),
  same('‸(exact->inexact "a")'),
  same('‸(apply + 1)'),
  same('‸(list->string (list 1 2))'),
  same('(use-modules (rnrs bytevectors))\n‸(bytevector-u8-ref "a" 0)'),
  // Wrong procedures.
  same('‸("foo" 1)'),
  same('(define x 5)\n‸(x 1 2)'),
  same('(define (f g)\n  ‸(g 1))\n(f #f)'),
  same('‸((quote (a b)) 0)'),
  same('(map (lambda (f) ‸(f 1)) (list 1+ 2))'),
  // Wrong numbers of arguments.
  ours('(define (two a b) a)\n‸(two 1)', 'Wrong number of arguments to #<procedure two (a b)>'),
  ours('(define (two a b) a)\n(display ‸(two 1 2 3))', 'Wrong number of arguments to #<procedure two (a b)>'),
  same('‸(car (list 1) 2)'),
  ours('‸((lambda (x) x))', 'Wrong number of arguments to #<procedure'),
  ours(
    '(define* (opt a #:optional b) a)\n‸(opt 1 2 3)',
    'Wrong number of arguments to #<procedure opt (a #:optional b)>',
  ),
  ours('‸(call-with-values (lambda () (values 1 2)) (lambda (a) a))', 'Wrong number of arguments to #<procedure'),
  ours('(use-modules (ice-9 match))\n‸(match (list 1 2 3) ((a b) a))', 'no matching pattern for (1 2 3)'),
  // Unbound variables.
  same('(‸undefined-thing 1)'),
  same('(define (f) (list 1 ‸nothing-here))\n(f)'),
  same('(let ((a 1))\n  (+ a ‸bee))'),
  same('(display ‸not-there)'),
  same('(display 1)\n  ‸just-a-name\n'),
  // Keywords.
  same('(define* (k #:key width) width)\n‸(k #:height 3)'),
  same('(define* (k #:key width) width)\n‸(k #:width)'),
  same('(define* (k #:key width) width)\n‸(k 1 2)'),
  // Raised on purpose.
  same('‸(error "something is wrong:" 1 "two" (quote three))'),
  same('‸(error (quote my-procedure) "message ~a" 2)'),
  same('(define (check x)\n  (unless (number? x)\n    ‸(error "no number" x)))\n(check (quote a))'),
  same('‸(throw (quote my-key) 1 "two")'),
  same('‸(scm-error (quote misc-error) "proc" "message ~A and ~S" (list 1 "b") #f)'),
  same('‸(throw (quote wrong-type-arg) "f" "bad: ~S" (list 5) (list 5))'),
  ours('‸(raise-exception 42)', 'uncaught exception: 42'),
  ours('(use-modules (srfi srfi-34))\n‸(raise (list 1 2))', 'uncaught exception: (1 2)'),
  ours(
    '(use-modules (srfi srfi-34) (srfi srfi-35))\n‸(raise (condition (&message (message "from srfi-35"))))',
    'from srfi-35',
  ),
  ours(
    '(use-modules (ice-9 exceptions))\n‸(raise-exception (make-exception (make-exception-with-message "told") (make-exception-with-irritants (list 1 "b"))))',
    'told 1 "b"',
  ),
  ours(
    '(use-modules (srfi srfi-34) (srfi srfi-35))\n(define-condition-type &mine &condition mine? (size mine-size))\n‸(raise (condition (&mine (size 3))))',
    '&mine size: 3',
  ),
  same('(define (thrower) ‸(error "inside"))\n(dynamic-wind (lambda () #f) thrower (lambda () #f))'),
  same('(with-exception-handler\n  (lambda (e) #f)\n  (lambda () ‸(error "handler returns")))'),
  // Out of range.
  ours('‸(vector-ref (vector 1 2) 5)', 'out of range: 5'),
  ours('‸(string-ref "abc" 10)', 'out of range: 10'),
  ours('‸(substring "abc" 2 1)', 'out of range'),
  ours('‸(list-tail (list 1) 4)', 'expecting pair'),
  ours('‸(vector-set! (vector) 0 1)', 'out of range: 0'),
  // Numbers.
  ours('‸(/ 1 0)', 'Numerical overflow'),
  ours('(define (mean l) ‸(/ (apply + l) (length l)))\n(mean (list))', 'Numerical overflow'),
  ours('‸(modulo 5 0)', 'Numerical overflow'),
  ours('‸(expt 2 (expt 10 12))', 'Numerical overflow'),
  // Limits of the machine.
  ours('(define (deep n)\n  (+ 1 ‸(deep (+ n 1))))\n(deep 0)', 'Stack overflow'),
  ours('‸(make-vector (expt 10 12) 0)', 'Out of memory'),
  ours('(define (grow s)\n  (grow ‸(string-append s s)))\n(grow "aaaaaaaa")', 'Out of memory'),
  // Syntax.
  same('‸(if)'),
  same('(define (f)\n  ‸(if 1 2 3 4))'),
  ours('‸(let ((x 1) (x 2)) x)', 'duplicate bound variable'),
  same('(lambda (x) (let (‸(y)) y))'),
  same('‸(define)'),
  ours('(define (f x)\n  ‸(lambda))', 'bad lambda'),
  ours('‸(cond 5)', 'in subform 5 of (cond 5)'),
  same('(define-syntax swap! (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))\n‸(swap! 1)'),
  ours('(+ 1 ‸(define x 2))', 'definition in expression context'),
  same('(define-syntax never (lambda (s) (syntax-violation \'never "not like this" s)))\n‸(never 1)'),
  // Modules.
  same('(use-modules (no such module))'.replace('(no', '‸(no')),
  ours('(use-modules ((srfi srfi-1) #:select (‸frist)))', "no binding `frist' in module (srfi srfi-1)"),
  ours('‸(use-modules 5)', 'bad module specification: 5'),
  // Files and ports.
  same('‸(open-input-file "/no/such/file")'),
  ours('(define p (open-input-string "x"))\n(close-port p)\n‸(read-char p)', '#<closed: string'),
  same('‸(load "/no/such/file.scm")'),
  ours('‸(read (open-input-string "(1 2"))', 'unexpected end of input while searching for: )'),
  // Control.
  same("‸(abort-to-prompt 'nobody)"),
  ours('(define k #f)\n‸(k 1)', 'Wrong type to apply: #f'),
  // Reading.
  ours('(display 1)\n‸)', 'unexpected ")"'),
  ours('(display ‸"abc\n', 'unexpected end of input'),
  ours('(define (f x)\n  (list 1 2)\n‸', 'unexpected end of input while searching for: )'),
  ours('(list ‸#\\nonsense)', 'unknown character name'),
  ours('(list ‸#<foo>)', '#<'),
  ours('(list 1 . 2 ‸3)', 'missing close paren'),
]
