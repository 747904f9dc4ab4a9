/** The process that serves one client of the daemon (see listen.ts): it gets the connection, and ends with it. */
import { Socket } from 'node:net'
import { Store } from '../../store/index.ts'
import type { Assignment } from './listen.ts'
import { Session } from './session.ts'

process.once('message', (assignment: Assignment, socket: unknown) => {
  if (!(socket instanceof Socket)) process.exit(1)
  void serve(assignment, socket)
})
// The daemon has gone: so does what waits for clients. One that has a client stays until it is served.
let serving = false
process.once('disconnect', () => {
  if (!serving) process.exit(0)
})

async function serve({ version, trusted, client, remote, builds, keeping }: Assignment, socket: Socket): Promise<void> {
  serving = true
  // How `strata processes` knows whom this process serves.
  if (client !== undefined) process.title = `strata daemon for ${client}`
  const store = new Store()
  try {
    const session = new Session(socket, { store, version, trusted, remote, builds, keeping })
    // The daemon ends: what its clients build is stopped, and leaves nothing behind.
    process.once('SIGTERM', () => socket.destroy())
    await session.run()
  } finally {
    store.close()
    process.disconnect?.()
  }
}
