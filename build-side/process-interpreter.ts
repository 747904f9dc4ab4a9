/** An interpreter for a whole process: files and environment of this machine, standard input and output as ports. */
import { createInterpreter, type Interpreter, type InterpreterOptions } from '../lang/index.ts'
import { installStandardPorts } from '../lang/primitives/ports/index.ts'
import { nodeHost, standardPorts } from './posix/index.ts'

export function createProcessInterpreter(options: Omit<InterpreterOptions, 'host'>): Interpreter {
  attachStandardPorts()
  return createInterpreter({ ...options, host: nodeHost })
}

/** Make standard input, output and error of this process the current ports. */
export function attachStandardPorts(): void {
  const { input, output, error } = standardPorts()
  installStandardPorts(input, output, error)
}
