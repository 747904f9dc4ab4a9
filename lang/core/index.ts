export type * from './forms.ts'
export { simplify } from './simplify.ts'
export { children, mapChildren } from './walk.ts'
