export { formatSpan, type Position, SourceFile, type Span } from './span.ts'
