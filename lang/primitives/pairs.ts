/** Pairs: construction, access and their compositions up to four deep. */
import { wrongType } from '../conditions/index.ts'
import { NIL, Pair, UNSPECIFIED, type Value } from '../values/index.ts'
import { primitives } from './define.ts'
import { any, pair, rest } from './parameters.ts'

const guile = primitives('(guile)')

guile('cons', [any('x'), any('y')], 'Return a new pair of X and Y.', (x, y) => new Pair(x, y))
guile('car', [pair('pair')], 'Return the first part of PAIR.', (p) => p.car)
guile('cdr', [pair('pair')], 'Return the second part of PAIR.', (p) => p.cdr)
guile('set-car!', [pair('pair'), any('value')], 'Store VALUE as the first part of PAIR.', (p, value) => {
  p.car = value
  return UNSPECIFIED
})
guile('set-cdr!', [pair('pair'), any('value')], 'Store VALUE as the second part of PAIR.', (p, value) => {
  p.cdr = value
  return UNSPECIFIED
})
guile('pair?', [any('x')], 'Return #t when X is a pair.', (x) => x instanceof Pair)
guile('null?', [any('x')], 'Return #t when X is the empty list.', (x) => x === NIL)
guile('cons*', [any('x'), rest(any('y'))], 'Return a list of the arguments, the last being its tail.', (x, ...ys) => {
  if (ys.length === 0) return x
  let result = ys[ys.length - 1]
  for (let i = ys.length - 2; i >= 0; i--) result = new Pair(ys[i], result)
  return new Pair(x, result)
})

function composition(letters: string): void {
  const name = `c${letters}r`
  const path = [...letters].reverse()
  guile(name, [any('x')], `Return the part of X that ${name} selects.`, (x) => {
    let value: Value = x
    for (const letter of path) {
      if (!(value instanceof Pair)) return wrongType(name, 1, x, 'pair')
      value = letter === 'a' ? value.car : value.cdr
    }
    return value
  })
}
for (const one of 'ad')
  for (const two of 'ad') {
    composition(one + two)
    for (const three of 'ad') {
      composition(one + two + three)
      for (const four of 'ad') composition(one + two + three + four)
    }
  }
