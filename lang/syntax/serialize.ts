/** Syntax objects as constants of compiled code. Kept: the datum, the marks (as numbers that are equal when the
 *  marks were), the module, and those ribs of the scope that outlive the expansion: names that macros introduced
 *  at top level, and custom ellipses. Local variables are gone by the time the constant is used. */
import { addConstantCodec, type Decoder, type Encoded, type Encoder } from '../codegen/encode.ts'
import { intern, SchemeSymbol, type Value } from '../values/index.ts'
import { type Binding, EllipsisBinding, GlobalAlias } from './binding.ts'
import { Syntax } from './syntax-object.ts'
import { ANTI_MARK, Mark, type Marks, NATIVE_MARK, NO_MARKS, Rib, Scope, Wrap } from './wrap.ts'

addConstantCodec({
  tag: 'syntax',
  encode(value, encoder) {
    if (!(value instanceof Syntax)) return undefined
    return [encoder.encode(value.expression), encodeWrap(value.wrap, encoder)]
  },
  decode([expression, wrap], decoder) {
    return new Syntax(decoder.decode(expression ?? null), decodeWrap(wrap ?? null, decoder))
  },
})

function encodeWrap(wrap: Wrap, encoder: Encoder): Encoded {
  const { id, isNew } = encoder.identify(wrap)
  if (!isNew) return [id]
  return [id, encodeMarks(wrap.marks, encoder), encodeScope(wrap.scope, encoder), [...wrap.module.name]]
}

function decodeWrap(encoded: Encoded, decoder: Decoder): Wrap {
  const [id, marks, scope, module] = asArray(encoded)
  return decoder.object(Number(id), () => {
    const names = asArray(module ?? null).map(String)
    return new Wrap(
      decodeMarks(marks ?? null, decoder),
      decodeScope(scope ?? null, decoder),
      decoder.moduleNamed(names),
    )
  })
}

function encodeMarks(marks: Marks, encoder: Encoder): Encoded {
  const ids: Encoded[] = []
  for (let left: Marks | undefined = marks; left?.first !== undefined; left = left.rest) {
    if (left.first === ANTI_MARK) ids.push('anti')
    else if (left.first === NATIVE_MARK) ids.push('native')
    else ids.push(encoder.identify(left.first).id)
  }
  return ids
}

function decodeMarks(encoded: Encoded, decoder: Decoder): Marks {
  let marks = NO_MARKS
  for (const id of asArray(encoded).toReversed()) {
    const mark =
      id === 'anti' ? ANTI_MARK : id === 'native' ? NATIVE_MARK : decoder.object(Number(id), () => new Mark())
    marks = mark.before(marks)
  }
  return marks
}

/** Ribs with lasting bindings, and 0 for shifts; null when there is no such rib. */
function encodeScope(scope: Scope | undefined, encoder: Encoder): Encoded {
  const parts: Encoded[] = []
  let keeps = false
  for (let left = scope; left !== undefined; left = left.next) {
    if (left.rib === undefined) parts.push(0)
    else {
      const rib = encodeRib(left.rib, encoder)
      if (rib === undefined) continue
      parts.push(rib)
      keeps = true
    }
  }
  return keeps ? parts : null
}

function decodeScope(encoded: Encoded, decoder: Decoder): Scope | undefined {
  let scope: Scope | undefined
  for (const part of asArray(encoded).toReversed()) {
    scope = new Scope(part === 0 ? undefined : decodeRib(part, decoder), scope)
  }
  return scope
}

function encodeRib(rib: Rib, encoder: Encoder): Encoded | undefined {
  const lasting = [...rib.entries()].filter(
    (e) => e.binding instanceof GlobalAlias || e.binding instanceof EllipsisBinding,
  )
  if (lasting.length === 0) return undefined
  const { id, isNew } = encoder.identify(rib)
  if (!isNew) return [id]
  return [
    id,
    ...lasting.map(
      ({ symbol, marks, binding }): Encoded => [
        encoder.encode(symbol),
        encodeMarks(marks, encoder),
        encodeBinding(binding, encoder),
      ],
    ),
  ]
}

function decodeRib(encoded: Encoded, decoder: Decoder): Rib {
  const [id, ...entries] = asArray(encoded)
  return decoder.object(Number(id), () => {
    const rib = new Rib()
    for (const entry of entries.toReversed()) {
      const [symbol, marks, binding] = asArray(entry)
      const name = decoder.decode(symbol ?? null)
      if (!(name instanceof SchemeSymbol)) throw new Error('strata bug: a rib entry has no symbol')
      rib.add(name, decodeMarks(marks ?? null, decoder), decodeBinding(binding ?? null, decoder))
    }
    return rib
  })
}

function encodeBinding(binding: Binding, encoder: Encoder): Encoded {
  if (binding instanceof GlobalAlias) return [[...binding.module.name], binding.name.name]
  return binding instanceof EllipsisBinding ? [encoder.encode(binding.identifier)] : []
}

function decodeBinding(encoded: Encoded, decoder: Decoder): Binding {
  const [first, name] = asArray(encoded)
  if (typeof name === 'string') {
    return new GlobalAlias(decoder.moduleNamed(asArray(first ?? null).map(String)), intern(name))
  }
  const identifier: Value = decoder.decode(first ?? null)
  if (!(identifier instanceof Syntax)) throw new Error('strata bug: an ellipsis is not an identifier')
  return new EllipsisBinding(identifier)
}

function asArray(encoded: Encoded): readonly Encoded[] {
  return typeof encoded === 'object' && encoded !== null ? encoded : []
}
