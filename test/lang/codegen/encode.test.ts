/** Constants of compiled code survive being written down. */
import { expect, test } from 'vitest'
import '../../../lang/index.ts'
import { makeDecoder, makeEncoder } from '../../../lang/codegen/encode.ts'
import { Module } from '../../../lang/modules/module.ts'
import { writeString } from '../../../lang/primitives/print.ts'
import { formatSpan, SourceFile } from '../../../lang/source/index.ts'
import { Syntax } from '../../../lang/syntax/syntax-object.ts'
import { NO_MARKS, Wrap } from '../../../lang/syntax/wrap.ts'
import { intern, NIL, Pair, SourcePair, type Value } from '../../../lang/values/index.ts'

test('syntax objects of one list that share a wrap still share it', () => {
  const module = new Module(['some', 'module'])
  const wrap = new Wrap(NO_MARKS, undefined, module)
  const [first, second] = ['first', 'second'].map((name) => new Syntax(intern(name), wrap))
  const encoded = makeEncoder().encode(new Pair(first ?? NIL, new Pair(second ?? NIL, NIL)))
  const decoded = makeDecoder((name) => (name.join(' ') === 'some module' ? module : new Module(name))).decode(
    JSON.parse(JSON.stringify(encoded)),
  )
  const modules = []
  for (let left = decoded; left instanceof Pair; left = left.cdr) {
    if (left.car instanceof Syntax) modules.push(left.car.wrap.module)
  }
  expect(modules).toEqual([module, module])
})

test('quoted code keeps its places, other lists do not', () => {
  const source = new SourceFile('file.scm', '(begin\n  (car x))\n(a (b))')
  const at = (start: number, car: Value, cdr: Value) => new SourcePair(car, cdr, { source, start, end: start })
  const again = (value: Value): Value =>
    makeDecoder((name) => new Module(name)).decode(JSON.parse(JSON.stringify(makeEncoder().encode(value))))
  const place = (value: Value) => (value instanceof SourcePair ? formatSpan(value.span) : undefined)

  const inner = at(9, intern('car'), new Pair(intern('x'), NIL))
  const code = again(at(0, intern('begin'), new Pair(inner, NIL)))
  expect(writeString(code)).toBe('(begin (car x))')
  expect(place(code)).toBe('file.scm:1:0')
  expect(place(code instanceof Pair && code.cdr instanceof Pair ? code.cdr.car : undefined)).toBe('file.scm:2:2')
  expect(place(again(at(18, intern('a'), new Pair(at(21, intern('b'), NIL), NIL))))).toBeUndefined()
})
