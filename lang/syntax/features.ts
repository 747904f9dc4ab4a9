/** The features and requirements of cond-expand. */
import { currentRealm, moduleKey } from '../modules/realm.ts'
import { libraryExists } from '../modules/specification.ts'
import { listToArray, Pair, SchemeSymbol, type Value } from '../values/index.ts'

/** What `(features)` lists: Guile's own names, because programs test for `guile`. */
export const features: readonly string[] = [
  'guile',
  'guile-2',
  'guile-2.2',
  'guile-3',
  'guile-3.0',
  'strata',
  'r5rs',
  'r6rs',
  'r7rs',
  'exact-closed',
  'ieee-float',
  'full-unicode',
  'ratios',
  'posix',
  'linux',
  'srfi-0',
  'srfi-1',
  'srfi-4',
  'srfi-6',
  'srfi-8',
  'srfi-9',
  'srfi-11',
  'srfi-13',
  'srfi-14',
  'srfi-16',
  'srfi-23',
  'srfi-26',
  'srfi-30',
  'srfi-31',
  'srfi-34',
  'srfi-35',
  'srfi-39',
  'srfi-46',
  'srfi-55',
  'srfi-61',
  'srfi-62',
  'srfi-87',
  'srfi-98',
  'srfi-105',
]

const featureSet = new Set(features)

/** Let cond-expand know a feature that a module provides. */
export function provideFeature(name: string): void {
  featureSet.add(name)
}

/** Whether the current module uses the SRFI that a feature is named after: to use one is to have it. */
function isUsed(feature: string): boolean {
  if (!/^srfi-\d+$/.test(feature)) return false
  const names = [`(srfi ${feature})`, feature === 'srfi-2' ? '(ice-9 and-let-star)' : '']
  return currentRealm().currentModule.uses.some((used) => used.isLoaded && names.includes(moduleKey(used.module.name)))
}

/** Whether a cond-expand requirement holds. */
export function featureHolds(requirement: Value): boolean {
  if (requirement instanceof SchemeSymbol) {
    const { name } = requirement
    return name === 'else' || featureSet.has(name) || isUsed(name)
  }
  if (!(requirement instanceof Pair) || !(requirement.car instanceof SchemeSymbol)) return false
  const operands = listToArray(requirement.cdr) ?? []
  switch (requirement.car.name) {
    case 'and':
      return operands.every(featureHolds)
    case 'or':
      return operands.some(featureHolds)
    case 'not':
      return operands[0] !== undefined && !featureHolds(operands[0])
    case 'library':
      return libraryExists(operands[0])
    default:
      return false
  }
}
