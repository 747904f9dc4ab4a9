/** The lock that a collector holds from before it reads the roots until it has deleted the last file, so that nobody
 *  makes anything a temporary root meanwhile.
 *  Processes of strata and Guix wait for `gc.lock`. Those of Nix since 2.4 do not: they tell the collector of their
 *  new root over `gc-socket/socket`, and go back to the lock when nobody listens there any more. Strata listens, does
 *  not answer, and closes the socket when it is done, which makes them wait as well. */
import { mkdirSync, renameSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { FileLock } from './file-locks.ts'
import { existsLink } from './trees.ts'

/** Run BODY while no other collector works and nobody adds temporary roots. */
export function whileCollecting<T>(stateDirectory: string, body: () => T): T {
  const directory = join(stateDirectory, 'gc-socket')
  mkdirSync(directory, { recursive: true })
  // Nix takes a socket without a listener for one whose collector has ended, but no socket at all for an error.
  if (!existsLink(join(directory, 'socket'))) openSocket(directory)()
  const lock = FileLock.acquireBlocking(join(stateDirectory, 'gc.lock'), 'exclusive')
  const close = openSocket(directory)
  try {
    return body()
  } finally {
    lock.release()
    close()
  }
}

/** Listen at DIRECTORY/socket. Gives what closes it, leaving the file. */
function openSocket(directory: string): () => void {
  const own = join(directory, `socket-${process.pid}`)
  const server = createServer((connection) => connection.destroy())
  // Where sockets cannot be made, as with too long a name, clients of Nix report an error while strata collects.
  server.on('error', () => {})
  server.unref()
  // Binds and listens at once. Node removes the file by the name it gave to it, hence the other one.
  server.listen(own)
  if (existsLink(own)) renameSync(own, join(directory, 'socket'))
  return () => server.close()
}
