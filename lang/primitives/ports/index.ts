/** Ports: the type, memory ports, the current ports. The primitives are declared by declare-*.ts. */
export {
  currentErrorPort,
  currentInputPort,
  currentOutputPort,
  currentWarningPort,
  inputPort,
  installStandardPorts,
  outputPort,
} from './current.ts'
export { openDescriptorPorts } from './descriptor-ports.ts'
export { BytesOutputPort, bytesDevice, openInputBytes, openInputString, StringOutputPort } from './memory-ports.ts'
export {
  type Buffering,
  concatenate,
  type Device,
  flushAllPorts,
  openOutputPorts,
  Port,
} from './port.ts'
export { readDatumFrom } from './read-datum.ts'
export { simpleFormat } from './simple-format.ts'
