/** The host: everything the language needs from outside itself. `lang/` imports no `node:*`,
 *  so that it runs in a browser; build-side/posix provides the Node one, test/support an in-memory one. */
export interface Host {
  /** The bytes of a file, or undefined when there is none. Other failures throw. */
  readFile(path: string): Uint8Array | undefined
  /** Whether a regular file exists. */
  fileExists(path: string): boolean
  /** Write to standard output (1) or standard error (2). */
  write(fd: 1 | 2, bytes: Uint8Array): void
  /** Read up to `size` bytes of standard input; empty at its end. */
  readInput(size: number): Uint8Array
  getenv(name: string): string | undefined
  currentDirectory(): string
  /** Milliseconds since the epoch, with fractions where the host has them. */
  now(): number
}
