/** (system foreign) and (system foreign-library): C libraries, functions, memory and callbacks on node:ffi.
 *  Structures are passed by address only: node:ffi passes none by value. */
import { miscError, schemeError, throwKey, wrongType } from '../../lang/conditions/index.ts'
import { callProcedure } from '../../lang/execution/index.ts'
import {
  addObjectPrinter,
  any,
  bytevector,
  decodeBytes,
  elements,
  encodeText,
  exactInteger,
  flonum,
  index,
  optional,
  parameter,
  primitives,
  procedure,
  string,
  wrongArgumentCount,
} from '../../lang/primitives/index.ts'
import { list, MultipleValues, type Procedure, SchemeString, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { finishDeferredWork } from './deferred-work.ts'
import { ffi } from './ffi.ts'
import {
  type ArgumentType,
  alignmentOf,
  checkedInteger,
  checkedPointer,
  checkedReal,
  exactOf,
  readStructure,
  type ScalarType,
  scalarType,
  sizeOf,
  writeStructure,
} from './foreign-types.ts'
import { errno } from './libc.ts'
import { Pointer, pointerAt, pointerTo } from './pointers.ts'

const define = primitives('(system foreign)')
const library = primitives('(system foreign-library)')
const text = (value: string) => new SchemeString(value)

const isPointer = (value: Value): value is Pointer => value instanceof Pointer
const pointer = (name: string) => parameter(name, isPointer, 'POINTER_P')

addObjectPrinter((value) => (value instanceof Pointer ? `#<pointer 0x${value.address.toString(16)}>` : undefined))

// Pointers

define('pointer?', [any('x')], 'Return #t when X is a pointer.', isPointer)
define(
  'make-pointer',
  [exactInteger('address'), optional(any('finalizer'))],
  'Return a pointer to ADDRESS.',
  (address) => pointerAt(BigInt.asUintN(64, BigInt(address))),
)
define('pointer-address', [pointer('pointer')], 'Return the address of POINTER.', (p) => exactOf(p.address))
define('%make-null-pointer', [], 'Return the pointer to nowhere.', () => pointerAt(0n))
/** Scheme objects that C code knows by an address. */
const objects = new Map<bigint, Value>()
let nextObject = 0x1000n
define('scm->pointer', [any('x')], 'Return a pointer that stands for X.', (x) => {
  for (const [address, value] of objects) if (value === x) return pointerAt(address)
  nextObject += 16n
  objects.set(nextObject, x)
  return pointerAt(nextObject)
})
define('pointer->scm', [pointer('pointer')], 'Return the object that POINTER stands for.', (p) =>
  objects.has(p.address) ? objects.get(p.address) : wrongType('pointer->scm', 1, p),
)
define('set-pointer-finalizer!', [pointer('pointer'), pointer('finalizer')], 'Keep FINALIZER with POINTER.', () => {
  // Memory is the process's: nothing runs when an object here is collected.
  return UNSPECIFIED
})

function notNull(name: string, p: Pointer): Pointer {
  if (p.address !== 0n) return p
  return throwKey('null-pointer-error', text(name), text('null pointer dereference'), list([]), list([]))
}
define('dereference-pointer', [pointer('pointer')], 'Return the pointer stored where POINTER points to.', (p) =>
  pointerAt(ffi().getUint64(notNull('dereference-pointer', p).address)),
)
define(
  'bytevector->pointer',
  [bytevector('bv'), optional(index('offset'))],
  'Return a pointer to the bytes of BV from OFFSET on.',
  (bv, offset) => pointerTo(bv, offset),
)
define(
  'pointer->bytevector',
  [pointer('pointer'), index('length'), optional(index('offset')), optional(any('type'))],
  'Return LENGTH bytes, not a copy, from OFFSET of what POINTER points to.',
  (p, length, offset = 0) => {
    notNull('pointer->bytevector', p)
    const memory = ffi().toBuffer(p.address + BigInt(offset), length, false)
    const made = new Uint8Array(memory.buffer, memory.byteOffset, memory.length)
    // The memory may be another bytevector's.
    owners.set(made, p)
    return made
  },
)
const owners = new WeakMap<Uint8Array, Pointer>()
define(
  'string->pointer',
  [string('string'), optional(string('encoding'))],
  'Return a pointer to a copy of STRING that ends in a null.',
  (s, encoding) => {
    const bytes = encodeText(s.toString(), encoding?.toString() ?? 'UTF-8') ?? wrongType('string->pointer', 2, encoding)
    const terminated = new Uint8Array(bytes.length + 4)
    terminated.set(bytes)
    return pointerTo(terminated)
  },
)
define(
  'pointer->string',
  [pointer('pointer'), optional(any('length')), optional(string('encoding'))],
  'Return the text of LENGTH bytes (up to a null) that POINTER points to.',
  (p, length, encoding) => {
    if (p.address === 0n) return miscError('scm_from_stringn', 'NULL string pointer')
    let size = typeof length === 'number' && length >= 0 ? length : 0
    if (size === 0 && length !== 0) while (ffi().getUint8(p.address, size) !== 0) size++
    if (size === 0) return text('')
    const bytes = ffi().toBuffer(p.address, size, true)
    return text(decodeBytes(bytes, encoding?.toString() ?? 'UTF-8') ?? wrongType('pointer->string', 3, encoding))
  },
)

// Types

define('sizeof', [any('type')], 'Return the size of TYPE in bytes.', (type) => sizeOf('sizeof', type))
define('alignof', [any('type')], 'Return the alignment of TYPE in bytes.', (type) => alignmentOf('alignof', type))
define(
  'make-c-struct',
  [any('types'), any('vals')],
  'Return a pointer to a new structure with fields of TYPES and the values VALS.',
  (types, values) => {
    const memory = new Uint8Array(Math.max(8, sizeOf('make-c-struct', types)))
    writeStructure(new DataView(memory.buffer), 0, types, values, 'make-c-struct')
    return pointerTo(memory)
  },
)
define(
  'parse-c-struct',
  [pointer('foreign'), any('types')],
  'Return the values of the structure that FOREIGN points to.',
  (p, types) => {
    const memory = ffi().toBuffer(notNull('parse-c-struct', p).address, sizeOf('parse-c-struct', types), true)
    return readStructure(new DataView(memory.buffer, memory.byteOffset, memory.length), 0, types, 'parse-c-struct')
  },
)

// Libraries and functions

type Library = ReturnType<typeof openLibrary>
const libraries = new Map<string | null, Library>()
function openLibrary(path: string | null) {
  const emit = process.emitWarning
  process.emitWarning = () => {}
  try {
    return ffi().dlopen(path, {}).lib
  } finally {
    process.emitWarning = emit
  }
}
function libraryAt(path: string | null): Library {
  const opened = libraries.get(path) ?? openLibrary(path)
  libraries.set(path, opened)
  return opened
}
library('%dlopen', [any('path')], 'Open the library PATH; return #t, or the reason why not.', (path) => {
  try {
    libraryAt(path instanceof SchemeString ? path.toString() : null)
    return true
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return text(error.message.replace(/^dlopen failed: /, ''))
  }
})
library(
  '%dlsym',
  [any('path'), string('name')],
  'Return the address of the symbol NAME of the library PATH.',
  (path, name) => {
    const from = path instanceof SchemeString ? path.toString() : null
    try {
      const found = pointerAt(libraryAt(from).getSymbol(name.toString()))
      found.origin ??= { library: from, name: name.toString() }
      return found
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const reason = error.message.replace(/^dlsym failed: (?:.*\/)?/, '')
      return miscError('dlsym', 'Error resolving ~S: ~S', name, text(reason))
    }
  },
)

/** What the dynamic linker knows of an address: its library and symbol. */
function originOf(p: Pointer): { readonly library: string | null; readonly name: string } {
  if (p.origin !== undefined) return p.origin
  const facts = new Uint8Array(32)
  const dladdr = libraryAt(null).getFunction('dladdr', { arguments: ['pointer', 'buffer'], return: 'int32' })
  const view = new DataView(facts.buffer)
  if (dladdr(p.address, facts) === 0 || view.getBigUint64(24, true) !== p.address)
    return miscError('pointer->procedure', 'no exported function at this address: ~S', p)
  const file = ffi().toString(view.getBigUint64(0, true))
  const name = ffi().toString(view.getBigUint64(16, true))
  if (name === null) return miscError('pointer->procedure', 'no exported function at this address: ~S', p)
  p.origin = { library: file, name }
  return p.origin
}

/** Callbacks made here, by address. */
const callbacks = new Map<bigint, Procedure>()

/** What a callback has thrown: C cannot be left by exceptions, so it is thrown when the C function has returned. */
let thrown: { readonly error: unknown } | undefined

function toForeign(type: ScalarType, value: Value): number | bigint {
  if (type.kind === 'float') return checkedReal(value)
  if (type.kind === 'pointer') return checkedPointer('foreign-call', value).address
  const checked = checkedInteger(value, type)
  return type.size === 8 ? BigInt(checked) : Number(checked)
}
function fromForeign(type: ScalarType, value: unknown): Value {
  if (type.kind === 'void') return UNSPECIFIED
  if (type.kind === 'pointer') return pointerAt(typeof value === 'bigint' ? value : 0n)
  if (type.kind === 'float') return flonum(Number(value))
  return typeof value === 'bigint' ? exactOf(value) : Number(value)
}
function argumentType(type: ScalarType): ArgumentType {
  return type.ffi === 'void' ? miscError('foreign-call', 'void is no type of an argument') : type.ffi
}
function scalarsOf(name: string, position: number, types: Value): ScalarType[] {
  return elements(name, position, types).map(
    (type) => scalarType(type) ?? schemeError('misc-error', name, 'structures cannot be passed by value: ~S', [type]),
  )
}
define(
  '%pointer->procedure',
  [any('return-type'), any('function'), any('arg-types'), any('return-errno?')],
  'Return a procedure that calls the C function at FUNCTION.',
  (returned, target, types, withErrno) => {
    if (!(target instanceof Pointer))
      return throwKey(
        'wrong-type-arg',
        text('pointer->procedure'),
        text('Wrong type argument in position ~A (expecting ~A): ~S'),
        list([2, text('POINTER_P'), target]),
        list([target]),
      )
    const callback = callbacks.get(target.address)
    if (callback !== undefined) return callback
    const result = scalarType(returned) ?? wrongType('pointer->procedure', 1, returned)
    const parameters = scalarsOf('pointer->procedure', 3, types)
    const origin = originOf(target)
    const call = libraryAt(origin.library).getFunction(origin.name, {
      arguments: parameters.map(argumentType),
      return: result.ffi,
    })
    const made: Procedure = (...args: Value[]): Value => {
      if (args.length !== parameters.length) return wrongArgumentCount(made)
      const converted = parameters.map((type, i) => toForeign(type, args[i]))
      finishDeferredWork()
      // Finding errno's place the first time would change it.
      if (withErrno !== false) errno()
      const returned = Reflect.apply(call, undefined, converted)
      if (thrown !== undefined) {
        const { error } = thrown
        thrown = undefined
        throw error
      }
      const value = fromForeign(result, returned)
      return withErrno === false ? value : new MultipleValues([value, errno()])
    }
    Object.defineProperty(made, 'name', { value: '' })
    return made
  },
)
define(
  'procedure->pointer',
  [any('return-type'), procedure('proc'), any('arg-types')],
  'Return a pointer to a C function that calls PROC.',
  (returned, proc, types) => {
    const result = scalarType(returned) ?? wrongType('procedure->pointer', 1, returned)
    const parameters = scalarsOf('procedure->pointer', 3, types)
    const address = libraryAt(null).registerCallback(
      { arguments: parameters.map(argumentType), return: result.ffi },
      (...args: unknown[]) => {
        const nothing = result.kind === 'void' ? undefined : result.kind === 'float' || result.size < 8 ? 0 : 0n
        if (thrown !== undefined) return nothing
        try {
          const value = callProcedure(
            proc,
            parameters.map((type, i) => fromForeign(type, args[i])),
          )
          return result.kind === 'void' ? undefined : toForeign(result, value)
        } catch (error) {
          thrown = { error }
          return nothing
        }
      },
    )
    callbacks.set(address, proc)
    return pointerAt(address)
  },
)
