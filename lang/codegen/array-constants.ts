/** Arrays, bit vectors and uniform vectors as constants of compiled code. */
import {
  Bitvector,
  isArrayStore,
  isUniformKind,
  SchemeArray,
  UniformVector,
  uniformSizes,
  type Value,
} from '../values/index.ts'
import { addConstantCodec, type Encoded } from './encode.ts'

addConstantCodec({
  tag: 'array',
  encode(value, encoder) {
    if (value instanceof UniformVector) return ['uniform', value.kind, ...value]
    if (value instanceof Bitvector) return ['bits', null, ...value.bits]
    if (!(value instanceof SchemeArray)) return undefined
    return [
      'view',
      encoder.encode(value.root),
      value.offset,
      ...value.dimensions.flatMap(({ low, high, step }) => [low, high, step]),
    ]
  },
  decode(parts: readonly Encoded[], decoder): Value {
    const [form, first, ...rest] = parts
    if (form === 'bits') return new Bitvector(Uint8Array.from(rest, Number))
    if (form === 'uniform') {
      const kind = String(first)
      if (!isUniformKind(kind)) throw new Error(`strata bug: no uniform vectors of ${kind}`)
      const made = new UniformVector(kind, rest.length / uniformSizes[kind])
      made.set(rest.map(Number))
      return made
    }
    const root = decoder.decode(first ?? null)
    if (!isArrayStore(root)) throw new Error('strata bug: an array constant without its elements')
    const [offset = 0, ...numbers] = rest.map(Number)
    const dimensions = Array.from({ length: numbers.length / 3 }, (_, i) => ({
      low: numbers[3 * i] ?? 0,
      high: numbers[3 * i + 1] ?? -1,
      step: numbers[3 * i + 2] ?? 1,
    }))
    return new SchemeArray(root, offset, dimensions)
  },
})
