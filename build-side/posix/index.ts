/** POSIX for the language: importing this declares the primitives on files, processes and time. */
import './calendar.ts'
import './environment.ts'
import './files.ts'
import './foreign.ts'
import './processes.ts'
import './signals.ts'

export { descriptorPort, openPipe, standardPorts, writeDescriptor } from './descriptors.ts'
export { setCommandLine } from './environment.ts'
export { raiseSystemError, strerror, system } from './errors.ts'
export { type FilePlaces, placeFiles } from './file-places.ts'
export { nodeHost } from './node-host.ts'
export { environment, exitStatus, spawnProcess, waitFor } from './processes.ts'
