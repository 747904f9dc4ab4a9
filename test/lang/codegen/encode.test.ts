/** Constants of compiled code survive being written down. */
import { expect, test } from 'vitest'
import '../../../lang/index.ts'
import { makeDecoder, makeEncoder } from '../../../lang/codegen/encode.ts'
import { Module } from '../../../lang/modules/module.ts'
import { Syntax } from '../../../lang/syntax/syntax-object.ts'
import { NO_MARKS, Wrap } from '../../../lang/syntax/wrap.ts'
import { intern, NIL, Pair } from '../../../lang/values/index.ts'

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
