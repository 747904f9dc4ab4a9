/** The numbers of the worker protocol: what clients and daemons of Guix and Nix say to each other over a socket.
 *  Format: libstore/worker-protocol.hh, guix/store.scm. */

export const clientMagic = 0x6e697863n
export const daemonMagic = 0x6478696fn

/** The version that a side announces: major in the upper byte, minor in the lower. */
export const guixVersion = 0x163
/** What a Nix client understands without the features that Guix never had. */
export const nixVersion = 0x10f
/** What strata speaks to daemons of Nix: enough to see the logs of builds. */
export const nixClientVersion = 0x11a

/** Where guix-daemon listens for connections over a network. */
export const defaultPort = 44146

export function minorVersion(version: number): number {
  return version & 0xff
}
export function majorVersion(version: number): number {
  return version & 0xff00
}

/** What a daemon sends between a request and its reply. */
export const frames = {
  next: 0x6f6c6d67n,
  read: 0x64617461n,
  write: 0x64617416n,
  last: 0x616c7473n,
  error: 0x63787470n,
} as const

export const operations = {
  'valid-path?': 1,
  'has-substitutes?': 3,
  'query-path-hash': 4,
  'query-references': 5,
  'query-referrers': 6,
  'add-to-store': 7,
  'add-text-to-store': 8,
  'build-things': 9,
  'ensure-path': 10,
  'add-temp-root': 11,
  'add-indirect-root': 12,
  'sync-with-gc': 13,
  'find-roots': 14,
  'export-path': 16,
  'query-deriver': 18,
  'set-options': 19,
  'collect-garbage': 20,
  'query-substitutable-path-info': 21,
  'query-derivation-outputs': 22,
  'query-all-valid-paths': 23,
  'query-failed-paths': 24,
  'clear-failed-paths': 25,
  'query-path-info': 26,
  'import-paths': 27,
  'query-derivation-output-names': 28,
  'query-path-from-hash-part': 29,
  'query-substitutable-path-infos': 30,
  'query-valid-paths': 31,
  'query-substitutable-paths': 32,
  'query-valid-derivers': 33,
  'optimize-store': 34,
  'verify-store': 35,
  'built-in-builders': 80,
} as const

export type OperationName = keyof typeof operations

/** How many bytes a daemon asks a client for at a time. */
export const readSize = 0x8000
/** How many bytes a daemon sends of an archive at a time. */
export const writeSize = 0x10000
