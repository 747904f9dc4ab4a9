/** Compiled code kept in memory. */
import { Script } from 'node:vm'
import { sourceOf } from '../../lang/codegen/index.ts'
import type { CodeStore, KeptUnit } from '../../lang/modules/index.ts'

/** A code store in memory, whose units can be looked at. */
export function memoryStore(): CodeStore & { readonly units: Map<string, KeptUnit> } {
  const units = new Map<string, KeptUnit>()
  return {
    version: 'test',
    units,
    shipped: () => undefined,
    find: (id) => {
      const unit = units.get(id)
      return unit && sourceOf(unit, (code, filename) => new Script(code, { filename }).runInThisContext())
    },
    keep: (unit) => void units.set(unit.id, unit),
  }
}
