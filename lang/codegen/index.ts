export { compile, showGeneratedCode } from './compile.ts'
export { installSyntaxDefiner, type SyntaxDefiner } from './runtime.ts'
