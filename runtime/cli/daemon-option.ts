/** `--store URI`, and the variable that Guix has for it: whether a command works on this user's store or a daemon's. */
import type { Command } from 'commander'
import { RemoteStore } from '../daemon/index.ts'

export interface DaemonOption {
  readonly store?: string
}

export function addDaemonOption(command: Command): Command {
  return command.option('--store <uri>', 'use the daemon at URI, for example unix:///var/guix/daemon-socket/socket')
}

/** The daemon to use, if any; Scheme's `open-connection` uses the same from now on. */
export function daemonOf({ store }: DaemonOption): string | undefined {
  if (store !== undefined) process.env.GUIX_DAEMON_SOCKET = store
  const uri = process.env.GUIX_DAEMON_SOCKET
  return uri === '' ? undefined : uri
}

/** What BODY makes of the daemon at URI, whose messages are shown. */
export function withDaemon<T>(uri: string, body: (daemon: RemoteStore) => T): T {
  const daemon = new RemoteStore(uri, { onLog: (text) => process.stderr.write(text) })
  try {
    return body(daemon)
  } finally {
    daemon.close()
  }
}
