/** The bundle for browsers, in one: headless Chromium loads a page, whose Scheme program computes the paths of
 *  derivations as real Guix did. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { isInstalled } from '../support/programs.ts'
import { readVectors, type Vector } from '../support/vectors.ts'

const bundle = readFileSync(join(import.meta.dirname, '../../dist/browser/index.mjs'))

const cases: Vector[] = readVectors('derivations.json').cases.filter(
  (v: Vector) =>
    v.aterm !== undefined &&
    v.inputs === undefined &&
    v.sources === undefined &&
    v.hash === undefined &&
    v.options === undefined,
)

/** What the page runs: Scheme calls the formats, through a procedure whose arguments are checked. */
const page = `<!doctype html><meta charset="utf-8"><title>strata</title><pre id="out">failed</pre>
<script type="module">
import { createInterpreter, derivation } from './index.mjs'
const out = document.getElementById('out')
try {
  const scheme = createInterpreter()
  scheme.define('derivation-path', ['string', 'string', 'string', 'list', 'list', 'list'],
    (name, system, builder, args, environment, outputs) =>
      derivation({ name, system, builder, args, environment: new Map(environment), outputs, inputs: [], sources: [] }).path)
  const cases = ${JSON.stringify(cases.map(({ name, system, builder, args, env, outputs }) => [name, system, builder, args, Object.entries(env), outputs]))}
  const paths = scheme.procedure(['guile'], 'map')(scheme.evaluate(\`
    (use-modules (ice-9 match) (srfi srfi-1))
    (match-lambda ((name system builder arguments environment outputs)
      (derivation-path name system builder arguments environment outputs)))\`), cases)
  let message = ''
  try { scheme.evaluate('(car 5)', 'page.scm') } catch (error) { message = error.report }
  out.textContent = JSON.stringify({ paths, deep: scheme.evaluate('(let count ((n 200000)) (if (= n 0) 0 (+ 1 (count (- n 1)))))'), message })
} catch (error) {
  out.textContent = JSON.stringify({ error: String(error) })
}
</script>`

test('nothing in it is of Node', () => {
  expect(bundle.toString('utf8')).not.toMatch(/(?:from|import|require\()\s*["']node:/)
})

test.runIf(isInstalled('chromium'))('Chromium computes the paths of derivations', async () => {
  expect(cases.length).toBeGreaterThan(3)
  const server = createServer((request, response) => {
    const script = request.url === '/index.mjs'
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ? bundle : page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const profile = mkdtempSync(join(tmpdir(), 'strata-chromium-'))
  try {
    const { port } = server.address() as AddressInfo
    const { stdout } = await promisify(execFile)(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        `--user-data-dir=${profile}`,
        '--virtual-time-budget=30000',
        '--dump-dom',
        `http://127.0.0.1:${port}/`,
      ],
      { encoding: 'utf8' },
    )
    const text = /<pre id="out">([\s\S]*?)<\/pre>/
      .exec(stdout)?.[1]
      ?.replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
    const result: unknown = JSON.parse(text ?? 'null')
    expect(result).toEqual({
      paths: cases.map(({ drvPath }) => drvPath),
      deep: 200_000,
      message: expect.stringContaining('page.scm:1:0: error: In procedure car: Wrong type argument in position 1'),
    })
  } finally {
    server.close()
    rmSync(profile, { recursive: true, force: true })
  }
})
