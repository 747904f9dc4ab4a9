export { guixVersion, nixVersion } from './protocol/index.ts'
export { type Daemon, type ListenOptions, listen } from './server/listen.ts'
