/** An esbuild plugin: Chevrotain's table of 65,536 numbers below 512 becomes one of two bytes each. As an array of
 *  JavaScript it is half a megabyte, a tenth of what is read at every start from a snapshot. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

const table = 'new Array(65536)'

export const compactLexer: Plugin = {
  name: 'compact-lexer',
  setup(build) {
    build.onLoad({ filter: /chevrotain\/lib\/src\/scan\/lexer\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes(table)) throw new Error(`${path} has no ${table}: is compact-lexer.ts still of use?`)
      return { contents: text.replace(table, 'new Uint16Array(65536)') }
    })
  },
}
