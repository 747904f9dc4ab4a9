/** `apply` on more arguments than V8's stack holds: procedures that combine any number of arguments are given them in
 *  parts. Others are called as ever, and overflow the stack. */
import { declarationOf } from '../primitives/define.ts'
import { list, type Procedure, type Value } from '../values/index.ts'

/** Arguments that a call surely takes, and those of one part. */
export const MOST_ARGUMENTS = 50_000

/** (f (f a b) c) is (f a b c). */
const associative = new Set(
  '+ * max min append append! string-append logior logand logxor gcd lcm bytevector-append'.split(' '),
)
/** (f a b c) is (and (f a b) (f b c)). */
const chained = new Set('= < > <= >= eq? eqv? equal? char=? char<? string=? string<?'.split(' '))

/** The result of PROCEDURE on ARGS, or undefined when it has to be called with all of them. */
export function applyInParts(procedure: Procedure, args: readonly Value[]): Value {
  const name = declarationOf(procedure)?.name ?? ''
  if (name === 'list') return list(args)
  if (name === 'vector') return [...args]
  if (associative.has(name)) {
    let result = procedure(...args.slice(0, MOST_ARGUMENTS))
    for (let i = MOST_ARGUMENTS; i < args.length; i += MOST_ARGUMENTS)
      result = procedure(result, ...args.slice(i, i + MOST_ARGUMENTS))
    return result
  }
  if (chained.has(name)) {
    for (let i = 0; i < args.length - 1; i += MOST_ARGUMENTS)
      if (procedure(...args.slice(i, i + MOST_ARGUMENTS + 1)) === false) return false
    return true
  }
  return undefined
}
