/** A thread with a socket whose clients get, after a good or bad handshake, bytes that look like the worker protocol's
 *  and are not: what the thread is told, one connection after the other. */
import { createServer } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const answers = []
parentPort?.on('message', (bytes) => answers.push(bytes))
createServer((socket) => {
  socket.on('error', () => {})
  socket.on('data', () => {})
  socket.end(answers.shift() ?? new Uint8Array())
}).listen(workerData, () => parentPort?.postMessage('ready'))
