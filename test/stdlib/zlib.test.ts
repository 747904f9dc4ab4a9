/** (zlib): what it compresses, gzip and Node's zlib read, and the other way round. */
import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createProcessInterpreter } from '../../build-side/index.ts'
import type { Value } from '../../lang/values/index.ts'
import { interpreterOptions } from '../../runtime/scheme/interpreter.ts'

const scheme = createProcessInterpreter(interpreterOptions({ loadPath: [] }))
scheme.evaluateText(`
(use-modules (zlib) (rnrs bytevectors) (ice-9 binary-ports))
(define (pack format bytes)
  (call-with-output-bytevector
   (lambda (port)
     (call-with-zlib-output-port port (lambda (out) (put-bytevector out bytes)) #:format format))))
(define (unpack format bytes)
  (let ((result (call-with-zlib-input-port (open-bytevector-input-port bytes) get-bytevector-all #:format format)))
    (if (eof-object? result) #vu8() result)))
(define (key-of thunk) (catch #t (lambda () (thunk) 'none) (lambda (key . args) (symbol->string key))))
`)
const call = (name: string, ...args: Value[]): Value => scheme.call(scheme.evaluateText(name), ...args)
const evaluate = (text: string): Value => scheme.evaluateText(text)
const bytesOf = (value: Value): Uint8Array => {
  if (!(value instanceof Uint8Array)) throw new Error('bytes expected')
  return value
}

const formats = [
  ["'deflate", deflateRawSync, inflateRawSync],
  ["'zlib", deflateSync, inflateSync],
  ["'gzip", gzipSync, gunzipSync],
] as const

test.each(
  formats,
)('what is compressed as %s is read elsewhere, and the other way round', (format, compress, expand) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40_000, size: 'max' }), (bytes) => {
      const packed = bytesOf(call('pack', evaluate(format), bytes))
      expect(Buffer.compare(expand(packed), bytes)).toBe(0)
      expect(Buffer.compare(bytesOf(call('unpack', evaluate(format), compress(bytes))), bytes)).toBe(0)
    }),
    { numRuns: 20 },
  )
})

test('gzip files may be put together, or not be compressed at all', () => {
  const result = evaluate(`
(let* ((name (tmpnam))
       (write-twice (lambda (port)
                      (call-with-gzip-output-port port (lambda (out) (display "one" out)))
                      (call-with-gzip-output-port (open-file name "a") (lambda (out) (display "two" out))))))
  (write-twice (open-file name "w"))
  (let ((both (call-with-gzip-input-port (open-file name "r0") (@ (ice-9 textual-ports) get-string-all))))
    (call-with-output-file name (lambda (port) (display "plain" port)))
    (let ((plain (call-with-gzip-input-port (open-file name "r0") (@ (ice-9 textual-ports) get-string-all))))
      (delete-file name)
      (string-append both plain))))`)
  expect(String(result)).toBe('onetwoplain')
})

test('bytevectors, checksums and errors are those of guile-zlib', () => {
  expect(String(evaluate('(utf8->string (uncompress (compress (string->utf8 (make-string 9999 #\\a)))))')).length).toBe(
    9999,
  )
  expect(evaluate('(crc32 (string->utf8 "hello"))')).toBe(0x3610a686)
  expect(evaluate('(adler32 (string->utf8 "hello"))')).toBe(0x062c0215)
  expect(evaluate('(= (crc32 (string->utf8 "lo") (crc32 (string->utf8 "hel"))) (crc32 (string->utf8 "hello")))')).toBe(
    true,
  )
  expect(String(evaluate('(key-of (lambda () (uncompress #vu8(1 2 3 4))))'))).toBe('zlib-error')
  expect(String(evaluate("(key-of (lambda () (unpack 'gzip #vu8(1 2 3 4))))"))).toBe('zlib-error')
  expect(
    String(
      evaluate(
        "(key-of (lambda () (unpack 'zlib (let ((b (pack 'zlib (make-bytevector 99 1)))) (list->u8vector (list-head (bytevector->u8-list b) 9))))))",
      ),
    ),
  ).toBe('zlib-error')
})
