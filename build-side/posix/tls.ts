/** TLS for (web client): a process carries bytes between a connected socket and one end of a socket pair, whose other
 *  end is a Scheme port. The process has an event loop, which Scheme programs have not. It is no thread: in a program
 *  that comes from a start-up snapshot, threads of Node 26 that load `node:net` abort. */
import { any, index, primitives, string } from '../../lang/primitives/index.ts'
import { SchemeString, UNSPECIFIED } from '../../lang/values/index.ts'

/** The program of the process: descriptor 3 is connected to the server, 4 is the end of the socket pair. What it first
 *  says to Scheme is a line: empty when the connection is good, else what is wrong with it. */
const carrier = `
const net = require('node:net'), tls = require('node:tls'), fs = require('node:fs'), path = require('node:path')
const { host, verify, directory } = JSON.parse(process.argv[1])
const inner = new net.Socket({ fd: 4, readable: true, writable: true, allowHalfOpen: true })
let told = false
const fail = (error) => {
  if (told) inner.destroy()
  else inner.end(String(error.message).replaceAll('\\n', ' ') + '\\n')
  told = true
}
try {
  const ca = [...tls.rootCertificates]
  if (directory !== null && fs.existsSync(directory))
    for (const name of fs.readdirSync(directory))
      if (/\\.(pem|crt)$/.test(name)) ca.push(fs.readFileSync(path.join(directory, name), 'utf8'))
  const secure = tls.connect({
    socket: new net.Socket({ fd: 3, readable: true, writable: true }), ca, rejectUnauthorized: verify,
    ...(net.isIP(host) === 0 ? { servername: host } : {}), host,
  })
  secure.on('secureConnect', () => { told = true; inner.write('\\n'); inner.pipe(secure); secure.pipe(inner) })
  secure.on('error', fail)
  secure.on('close', () => inner.end())
  inner.on('error', () => secure.destroy())
} catch (error) { fail(error) }
`

primitives('(web client)')(
  '%start-tls',
  [index('outer'), index('inner'), string('host'), any('verify?'), any('directory')],
  'Carry bytes between the descriptors INNER and OUTER, which is connected to HOST and encrypted, and close both here.',
  (outer, inner, host, verify, directory) => {
    const { spawn } = process.getBuiltinModule('node:child_process')
    const { closeSync } = process.getBuiltinModule('node:fs')
    const settings = {
      host: host.toString(),
      verify: verify !== false,
      directory: directory instanceof SchemeString ? directory.toString() : null,
    }
    const child = spawn(process.execPath, ['-e', carrier, JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', 'inherit', outer, inner],
      // Not our options for the interpreter, nor signals of the terminal.
      env: { ...process.env, NODE_OPTIONS: '' },
      detached: true,
    })
    child.unref()
    closeSync(outer)
    closeSync(inner)
    return UNSPECIFIED
  },
)
