export { decodeSource } from './decode.ts'
export { formatSpan, type Position, SourceFile, type Span } from './span.ts'
