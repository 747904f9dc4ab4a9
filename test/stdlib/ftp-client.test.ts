/** (guix ftp-client) against a server. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { serveFtp } from '../support/ftp-server.ts'

const strata = resolve(import.meta.dirname, '../../runtime/cli/strata')

test('directories are listed, files are measured and read; what is not there is an error', async () => {
  const server = await serveFtp({
    gnu: { hello: { 'hello-2.10.tar.gz': 'ten', 'hello-2.9.tar.gz': 'nine', old: { 'hello-1.0.tar.gz': 'one' } } },
  })
  try {
    const { stdout } = await promisify(execFile)(strata, [
      '-c',
      `(use-modules (guix ftp-client) (ice-9 textual-ports))
       (define connection (ftp-open "127.0.0.1" ${server.port}))
       (write (ftp-list connection "/gnu/hello")) (newline)
       (ftp-chdir connection "/gnu/hello")
       (write (ftp-size connection "hello-2.10.tar.gz")) (newline)
       (let ((port (ftp-retr connection "hello-2.9.tar.gz")))
         (write (get-string-all port)) (newline)
         (close-port port))
       (write (catch 'ftp-error
                (lambda () (ftp-list connection "/nowhere"))
                (lambda (key connection command code text) (list command code text))))
       (ftp-close connection)`,
    ])
    expect(stdout.split('\n')).toEqual([
      '(("hello-2.10.tar.gz" file) ("hello-2.9.tar.gz" file) ("old" directory))',
      '3',
      '"nine"',
      expect.stringMatching(/^\("CWD \/?nowhere" 550 "no such directory"\)$/),
    ])
  } finally {
    server.close()
  }
})
