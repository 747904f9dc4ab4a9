export { foreignBuilds, push } from './client/push.ts'
export { type RemoteBuildOptions, RemoteStore, type RemoteSubstitute } from './client/remote-store.ts'
export { ClientError, guixVersion, nixVersion } from './protocol/index.ts'
export { type Daemon, type ListenOptions, listen } from './server/listen.ts'
