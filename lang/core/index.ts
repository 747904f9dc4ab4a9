export type * from './forms.ts'
export { simplify } from './simplify.ts'
export { unparse } from './unparse.ts'
export { children, mapChildren } from './walk.ts'
