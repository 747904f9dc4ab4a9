/** An esbuild plugin: Node's own modules are loaded when one of their functions is first called.
 *  Importing them costs more than strata's own code: `node:crypto` or the streams behind `node:fs`, 10 ms each. */
import type { Plugin } from 'esbuild'

export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'lazy-builtin' } : { path, external: true },
    )
    build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({ contents: lazyModule(path) }))
  },
}

/** Text of a CommonJS module: esbuild then reads an import as a property each time it is used. */
function lazyModule(name: string): string {
  const keys = Object.keys(process.getBuiltinModule(name) ?? {}).filter((key) => key !== 'default')
  return `let loaded
for (const key of ${JSON.stringify(keys)}) {
  Object.defineProperty(exports, key, {
    enumerable: true,
    get: () => (loaded ??= process.getBuiltinModule(${JSON.stringify(name)}))[key],
  })
}`
}
