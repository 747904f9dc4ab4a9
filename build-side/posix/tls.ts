/** TLS for (web client): a thread carries bytes between a connected socket and one end of a socket pair, whose other
 *  end is a Scheme port. The thread has an event loop; the program, which has none, waits for the handshake. */
import { any, index, primitives, string } from '../../lang/primitives/index.ts'
import { SchemeString } from '../../lang/values/index.ts'

/** Runs in the thread. */
const carrier = `
const { workerData: w } = require('node:worker_threads')
const net = require('node:net'), tls = require('node:tls'), fs = require('node:fs'), path = require('node:path')
const state = new Int32Array(w.shared, 0, 2)
const text = new Uint8Array(w.shared, 8)
let told = false
function tell(status, message) {
  if (told) return
  told = true
  const bytes = Buffer.from(message).subarray(0, text.length)
  text.set(bytes)
  state[1] = bytes.length
  Atomics.store(state, 0, status)
  Atomics.notify(state, 0)
}
try {
  const ca = [...tls.rootCertificates]
  if (w.directory !== undefined && fs.existsSync(w.directory))
    for (const name of fs.readdirSync(w.directory))
      if (/\\.(pem|crt)$/.test(name)) ca.push(fs.readFileSync(path.join(w.directory, name), 'utf8'))
  const outer = new net.Socket({ fd: w.outer, readable: true, writable: true })
  const inner = new net.Socket({ fd: w.inner, readable: true, writable: true, allowHalfOpen: true })
  const secure = tls.connect({
    socket: outer, ca, rejectUnauthorized: w.verify,
    ...(net.isIP(w.host) === 0 ? { servername: w.host } : {}), host: w.host,
  })
  secure.on('secureConnect', () => { tell(1, ''); inner.pipe(secure); secure.pipe(inner) })
  secure.on('error', (error) => { tell(2, error.message); inner.destroy() })
  secure.on('close', () => inner.end())
  inner.on('error', () => secure.destroy())
} catch (error) { tell(2, String(error.message)) }
`

primitives('(web client)')(
  '%start-tls',
  [index('outer'), index('inner'), string('host'), any('verify?'), any('directory')],
  'Carry bytes between the descriptors INNER and OUTER, which is connected to HOST and encrypted. Return #t, or why not.',
  (outer, inner, host, verify, directory) => {
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const shared = new SharedArrayBuffer(1024)
    const state = new Int32Array(shared, 0, 2)
    const worker = new Worker(carrier, {
      eval: true,
      workerData: {
        shared,
        outer,
        inner,
        host: host.toString(),
        verify: verify !== false,
        directory: directory instanceof SchemeString ? directory.toString() : undefined,
      },
    })
    worker.unref()
    Atomics.wait(state, 0, 0)
    if (Atomics.load(state, 0) === 1) return true
    return new SchemeString(Buffer.from(new Uint8Array(shared, 8, state[1])).toString('utf8'))
  },
)
