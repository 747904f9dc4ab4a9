/** node:ffi, without its announcement that it is experimental: the floor of this project is one pinned Node, and programs
 *  that embed strata have no use for it. The only place that loads it. */

type Ffi = typeof import('node:ffi')

let loaded: Ffi | undefined

/** The module, loaded when first asked for. */
export function ffi(): Ffi {
  if (loaded === undefined) {
    const { emitWarning } = process
    // Nobody else's code runs meanwhile.
    process.emitWarning = () => {}
    try {
      loaded = process.getBuiltinModule('node:ffi')
    } finally {
      process.emitWarning = emitWarning
    }
  }
  return loaded
}
