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

/** Text of a CommonJS module without properties of its own: esbuild makes an import an object that inherits from the
 *  module's prototype, which gives it a property when that is first asked for. Naming them all would cost memory. */
function lazyModule(name: string): string {
  return `module.exports = Object.create(new Proxy({}, {
  get(_, key, importer) {
    const value = process.getBuiltinModule(${JSON.stringify(name)})[key]
    if (typeof key === 'string') Object.defineProperty(importer, key, { value })
    return value
  },
}))`
}
