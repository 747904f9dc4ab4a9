export type * from './forms.ts'
