/** The build side for its users above: POSIX for the language, Guile's command line, the end of programs. */
export { type Invocation, parseCommandLine, runProgram, UsageError } from './command-line.ts'
export { describeError, type ExitOptions, exitWith, printError, quitStatus } from './exit.ts'
export { enableFrameInspection } from './frame-inspector.ts'
export {
  atom,
  atomAfter,
  canonicalBytes,
  findToken,
  formatSexp,
  generateKey,
  parseSexp,
  type Sexp,
  signData,
  verifySignature,
} from './gcrypt/index.ts'
export { deferWork, finishDeferredWork, nodeHost, placeFiles, placeOf, setCommandLine, system } from './posix/index.ts'
export { type Sample, startProfiler, stopProfiler } from './posix/profiler.ts'
export { createProcessInterpreter } from './process-interpreter.ts'
export { type ItemPlaces, type LoweredPlace, placesDirectory } from './recipe-places.ts'
export { suggestionsOf } from './suggestions.ts'
