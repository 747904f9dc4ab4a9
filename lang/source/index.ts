export { decodeSource } from './decode.ts'
export { PlacesOnly } from './places-only.ts'
export { formatSpan, type Position, SourceFile, type Span, UNKNOWN_SOURCE } from './span.ts'
