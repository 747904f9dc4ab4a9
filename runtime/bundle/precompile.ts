/** Compiles Scheme modules for shipping: each is loaded in a fresh interpreter whose code store writes below CODE. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { shippingCodeStore } from '../../build-side/code-store.ts'
import { createProcessInterpreter } from '../../build-side/index.ts'
import { readerDefaults } from '../../lang/reader/index.ts'

/** Compile every module below the directories ROOTS of ROOT into CODE. Returns what failed to load, with reasons. */
export function precompile(root: string, roots: readonly string[], code: string): { name: string; error: unknown }[] {
  const directories = roots.map((directory) => join(root, directory))
  const interpreter = createProcessInterpreter({ loadPath: directories, codeStore: shippingCodeStore(root, code) })
  const failures: { name: string; error: unknown }[] = []
  for (const directory of directories) {
    for (const name of moduleNames(directory)) {
      // The parts of (guile) are included by its boot file.
      if (name[0] === 'guile') continue
      // (srfi srfi-88) has keywords read in another way from then on.
      const defaults = { ...readerDefaults }
      try {
        interpreter.loadModule(name)
      } catch (error) {
        failures.push({ name: name.join(' '), error })
      } finally {
        Object.assign(readerDefaults, defaults)
      }
    }
  }
  return failures
}

/** Names of the modules whose files are below DIRECTORY, in order. */
function moduleNames(directory: string, prefix: readonly string[] = []): string[][] {
  const names: string[][] = []
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (entry.isDirectory()) names.push(...moduleNames(join(directory, entry.name), [...prefix, entry.name]))
    else if (entry.name.endsWith('.scm')) names.push([...prefix, entry.name.slice(0, -'.scm'.length)])
  }
  return names
}
