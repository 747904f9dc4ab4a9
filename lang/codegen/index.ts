import './array-constants.ts'

export { compile, showGeneratedCode } from './compile.ts'
export { addConstantCodec, type ConstantCodec, NotEncodable } from './encode.ts'
export type { Formals } from './formals.ts'
export { installSyntaxDefiner, type SyntaxDefiner } from './runtime.ts'
export { compileFile, installSourceTexts, runStoredUnit, type StoredUnit, type UnitSource } from './stored-unit.ts'
export { describeStackLine, type ProcedureTemplate, templateOf } from './units.ts'
