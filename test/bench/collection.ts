/** Measures a collection of 20,000 packages in 500 modules: loading it from its sources, making its index, `show` with
 *  the index, loading it again from compiled code, and lowering 2,000 of its packages. Prints seconds of wall time beside
 *  the budgets; fails never.  Options: -m MODULES, -p PACKAGES of each, -l PACKAGES to lower. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { removeTree } from '../../runtime/store/index.ts'
import { packageName, writeCollection } from './collection-files.ts'

const { values } = parseArgs({
  options: {
    modules: { type: 'string', short: 'm', default: '500' },
    packages: { type: 'string', short: 'p', default: '40' },
    lowered: { type: 'string', short: 'l', default: '2000' },
  },
})
const modules = Number(values.modules)
const packages = Number(values.packages)
const lowered = Math.min(Number(values.lowered), modules * packages)
const strata = join(new URL('../../', import.meta.url).pathname, 'runtime/cli/strata')
const scratch = mkdtempSync(join(tmpdir(), 'strata-collection-'))
const collection = join(scratch, 'collection')
const env = { ...process.env, XDG_CACHE_HOME: join(scratch, 'cache'), STRATA_ROOT: join(scratch, 'root') }

/** Loads all modules, as one program. */
const load = `
(use-modules (guix discovery) (guix packages))
(fold-module-public-variables (lambda (value count) (if (package? value) (+ count 1) count))
                              0 (all-modules (list "${collection}")))`

/** Lowers the last packages, and prints how long that took without what all have in common. */
const lower = `
(use-modules (guix store) (guix packages) (gnu packages) (guix monads) (srfi srfi-1))
(define (lower store name)
  (package-derivation store (specification->package name) #:graft? #f))
(define names '(${Array.from({ length: lowered }, (_, i) => {
  const number = modules * packages - lowered + i
  return `"${packageName(Math.floor(number / packages), number % packages)}"`
}).join(' ')}))
(with-store store
  (for-each specification->package names)
  (lower store "${packageName(0, 0)}")
  (let ((start (get-internal-real-time)))
    (for-each (lambda (name) (lower store name)) names)
    (display (/ (- (get-internal-real-time) start) internal-time-units-per-second 1.0))))`

function run(args: readonly string[], variables: NodeJS.ProcessEnv = {}): { seconds: number; output: string } {
  const start = process.hrtime.bigint()
  const { status, stdout, stderr } = spawnSync(strata, args, { env: { ...env, ...variables }, encoding: 'utf8' })
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  if (status !== 0) console.error(stderr.slice(0, 2000))
  return { seconds, output: stdout }
}

function program(name: string, text: string): string {
  const file = join(scratch, `${name}.scm`)
  writeFileSync(file, text)
  return file
}

function report(what: string, seconds: number, budget?: number): void {
  console.log(
    `${what.padEnd(52)} ${seconds.toFixed(2).padStart(8)} ${budget === undefined ? '' : `at most ${budget.toFixed(1)}`}`,
  )
}

try {
  writeCollection(collection, { modules, packages })
  const some = packageName(Math.floor(modules / 2), 1)
  report(`load ${modules * packages} packages from sources`, run(['-L', collection, program('load', load)]).seconds, 30)
  report('load them from compiled code', run(['-L', collection, program('load', load)]).seconds)
  report('show, making the index', run(['show', '-L', collection, some]).seconds)
  report('show', run(['show', '-L', collection, some]).seconds, 0.5)
  report('search, two expressions', run(['search', '-L', collection, 'library', '1[0-9]+7']).seconds)
  const { output } = run([program('lower', lower)], { GUIX_PACKAGE_PATH: collection })
  report(`lower ${lowered} packages`, Number(output), lowered / 1000)
} finally {
  removeTree(scratch)
}
