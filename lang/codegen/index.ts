export { compile, showGeneratedCode } from './compile.ts'
export { installSyntaxDefiner, type SyntaxDefiner } from './runtime.ts'
export { describeStackLine, type ProcedureTemplate, templateOf } from './units.ts'
