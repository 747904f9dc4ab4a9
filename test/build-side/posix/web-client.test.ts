/** (web client) and (web server) talk to each other, in plain and over TLS. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '../../../runtime/cli/main.ts')
const environment = { ...process.env, NODE_NO_WARNINGS: '1' }

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
function evaluate(program: string, extra: Record<string, string> = {}): string {
  const result = spawnSync(process.execPath, [main, '-c', program], {
    env: { ...environment, ...extra },
    encoding: 'utf8',
    timeout: 30_000,
  })
  return result.stdout + result.stderr
}

test('the server answers requests, keeps connections, and reports what its handler throws', async () => {
  const port = await freePort()
  const server = spawn(
    process.execPath,
    [
      main,
      '-c',
      `(use-modules (web server) (web request) (web response) (web uri))
       (run-server (lambda (request body)
                     (case (string->symbol (uri-path (request-uri request)))
                       ((/fail) (error "no"))
                       ((/echo) (values (build-response #:code 201 #:headers '((content-type text/plain))) body))
                       (else (values '((content-type text/plain)) "héllo"))))
                   'http '(#:port ${port}))`,
    ],
    { env: environment, stdio: 'ignore' },
  )
  try {
    const output = evaluate(`
      (use-modules (web client) (web response) (srfi srfi-11))
      (define base "http://127.0.0.1:${port}")
      (define (ask path . options)
        (let-values (((response body) (apply http-request (string-append base path) options)))
          (write (list (response-code response) body))))
      (let retry ((n 100))
        (catch 'system-error (lambda () (close-port (open-socket-for-uri base)))
          (lambda args (usleep 100000) (if (> n 0) (retry (- n 1))))))
      (ask "/")
      (ask "/echo" #:method 'POST #:body "abc")
      (ask "/fail")
      (let ((port (open-socket-for-uri base)))
        (ask "/" #:port port #:keep-alive? #t)
        (ask "/" #:port port))`)
    expect(output).toBe('(200 "héllo")(201 "abc")(500 #vu8())(200 "héllo")(200 "héllo")')
  } finally {
    server.kill('SIGKILL')
  }
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('web client over TLS: skipped, openssl is not installed to make a certificate')

test.runIf(hasOpenssl)('certificates are verified, against those of a directory too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'strata-tls-'))
  mkdirSync(join(directory, 'ca'))
  const certificate = join(directory, 'ca/own.pem')
  const key = join(directory, 'key.pem')
  execFileSync(
    'openssl',
    `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${certificate}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  )
  const script = join(directory, 'server.mjs')
  writeFileSync(
    script,
    `import https from 'node:https'
     import { readFileSync } from 'node:fs'
     https.createServer({ key: readFileSync(process.argv[2]), cert: readFileSync(process.argv[3]) },
       (request, response) => response.setHeader('content-type', 'text/plain').end('x'.repeat(200000)),
     ).listen(Number(process.argv[4]), () => console.log('ready'))`,
  )
  const port = await freePort()
  const server = spawn(process.execPath, [script, key, certificate, String(port)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    await new Promise((resolve) => server.stdout.once('data', resolve))
    const get = (options: string): string => `
      (use-modules (web client))
      (catch 'tls-certificate-error
        (lambda ()
          (call-with-values (lambda () (http-get "https://localhost:${port}/" ${options}))
            (lambda (response body) (write (string-length body)))))
        (lambda (key reason host . rest) (write (list reason host))))`
    expect(evaluate(get(''), { SSL_CERT_DIR: join(directory, 'ca') })).toBe('200000')
    expect(evaluate(get(''), { SSL_CERT_DIR: '' })).toBe('(server-certificate "localhost")')
    expect(evaluate(get('#:verify-certificate? #f'), { SSL_CERT_DIR: '' })).toBe('200000')
  } finally {
    server.kill('SIGKILL')
  }
})
