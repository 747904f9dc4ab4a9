/** The build side for its users above: POSIX for the language, and Guile's command line. */
export { type Invocation, parseCommandLine, runInvocation, UsageError } from './command-line.ts'
export { nodeHost, setCommandLine } from './posix/index.ts'
