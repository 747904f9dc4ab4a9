;;; Commentary:
;;;
;;; Web servers that answer a given number of requests, for test suites.  The server is a process of its own: this one
;;; sleeps while something is built or downloaded.  Interface: (guix tests http) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix tests http)
  #:use-module (guix base64)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (rnrs bytevectors)
  #:use-module (web http)
  #:use-module (web response)
  #:export (with-http-server
            call-with-http-server
            %http-server-port
            %local-url))

(define %http-server-port
  ;; Where the server listens; 0 lets the system choose.
  (make-parameter 0))

(define* (%local-url #:optional (port (%http-server-port)))
  "Return a URL of the server at PORT."
  (when (zero? port)
    (error "no web server is running"))
  (string-append "http://localhost:" (number->string port) "/foo/bar"))

(define server-program
  ;; For the interpreter's own JavaScript engine.  The first line that it reads is a list: answers, each a status, a reason,
  ;; lines of headers and a body in base 64; and a port.
  "const serve = (answers, port) => {
  const server = require('node:http').createServer((request, response) => {
    const [code, reason, headers, body] = answers.shift()
    for (const line of headers.split('\\r\\n').filter(Boolean)) {
      const [name, ...value] = line.split(': ')
      response.setHeader(name, value.join(': '))
    }
    const bytes = Buffer.from(body, 'base64')
    response.setHeader('connection', 'close')
    if (!response.hasHeader('content-length')) response.setHeader('content-length', bytes.length)
    response.writeHead(code, reason)
    response.end(bytes, () => answers.length === 0 && process.exit())
  })
  server.listen(port, '127.0.0.1', () => console.log(server.address().port))
}
const pieces = []
process.stdin.setEncoding('utf8').on('end', () => process.exit()).on('data', (piece) => {
  pieces.push(piece)
  if (piece.endsWith('\\n')) serve(...JSON.parse(pieces.join('')))
})")

(define (json-string text)
  (call-with-output-string
    (lambda (port)
      (display "\"" port)
      (string-for-each (lambda (char)
                         (case char
                           ((#\" #\\) (format port "\\~a" char))
                           ((#\return) (display "\\r" port))
                           ((#\newline) (display "\\n" port))
                           (else (display char port))))
                       text)
      (display "\"" port))))

(define (json-list elements)
  (string-append "[" (string-join elements ",") "]"))

(define (answer->json code reason headers data)
  (json-list
   (list (number->string code)
         (json-string reason)
         (json-string (call-with-output-string
                        (lambda (port) (write-headers headers port))))
         (json-string (base64-encode (match data
                                       (#f #vu8())
                                       ((? string?) (string->utf8 data))
                                       (_ data)))))))

(define answer
  (match-lambda
    (((? response? response) data)
     (answer->json (response-code response) (response-reason-phrase response)
                   (response-headers response) data))
    (((? integer? code) data)
     (answer->json code "Such is life" '() data))))

(define servers
  ;; The pipes to those that run: the end of its input, when this program ends, ends one.
  '())

(define (call-with-http-server responses+data thunk)
  "Call THUNK while a server listens at `%http-server-port' that answers requests, one after the other, with
RESPONSES+DATA: lists of a response or its code, and a body.  What THUNK returns may ask it too, a monadic value for
one: it listens until it has given its last answer."
  (let* ((pipe (open-pipe* OPEN_BOTH (readlink "/proc/self/exe") "-e" server-program))
         (port (begin
                 (display (json-list (list (json-list (map answer responses+data))
                                           (number->string (%http-server-port))))
                          pipe)
                 (newline pipe)
                 (force-output pipe)
                 (string->number (read-line pipe)))))
    (set! servers (cons pipe servers))
    (parameterize ((%http-server-port port))
      (thunk))))

(define-syntax-rule (with-http-server responses+data body ...)
  (call-with-http-server responses+data (lambda () body ...)))
