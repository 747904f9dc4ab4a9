/** Pointers to C memory. One object an address while it lives: `equal?` holds between pointers to the same place. */
import type { Value } from '../../lang/values/index.ts'
import { ffi } from './ffi.ts'

export class Pointer {
  readonly address: bigint
  /** The Scheme object whose memory this is, which must live as long. */
  owner: Value
  /** Where a C function is from: node:ffi calls functions by library and name. */
  origin: { readonly library: string | null; readonly name: string } | undefined
  constructor(address: bigint) {
    this.address = address
  }
}

const known = new Map<bigint, WeakRef<Pointer>>()
let forgotten: FinalizationRegistry<bigint> | undefined
function forget(address: bigint): void {
  if (known.get(address)?.deref() === undefined) known.delete(address)
}

export function pointerAt(address: bigint): Pointer {
  const existing = known.get(address)?.deref()
  if (existing !== undefined) return existing
  const made = new Pointer(address)
  known.set(address, new WeakRef(made))
  forgotten ??= new FinalizationRegistry(forget)
  forgotten.register(made, address)
  return made
}
/** A pointer to the first byte of BYTES from OFFSET on. */
export function pointerTo(bytes: Uint8Array, offset = 0): Pointer {
  const pointer = pointerAt(ffi().getRawPointer(bytes) + BigInt(offset))
  pointer.owner = bytes
  return pointer
}
