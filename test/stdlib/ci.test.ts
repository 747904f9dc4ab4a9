/** (guix ci) on answers in the form that Cuirass gives them, from a server on this machine. */
import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const answers: Readonly<Record<string, unknown>> = {
  '/api/latestbuilds?nr=1&job=guix.x86_64-linux&jobset=guix&status=0': [
    { id: 7, derivation: '/gnu/store/x.drv', evaluation: 3, system: 'x86_64-linux', buildstatus: 0 },
  ],
  '/api/latestbuilds?nr=1000': [
    { id: 7, evaluation: 3, buildstatus: 1, starttime: 10, stoptime: 25, buildproducts: [{ id: 1, path: '/x' }] },
  ],
  '/api/evaluation?id=3': { id: 3, specification: 'guix', status: 0, checkouts: [{ commit: 'abc', channel: 'guix' }] },
  '/api/jobs/history?spec=master&names=a%2Cb&nr=20': [
    { evaluation: 3, checkouts: [], jobs: [{ build: 7, status: -2, name: 'a' }] },
  ],
}

let server: Server
let url: string

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? 'not found'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => server.close())

/** What EXPRESSION, with a binding of `url`, is written as. */
function evaluate(expression: string): Promise<string> {
  const program = `(use-modules (guix ci) (guix channels)) (define url "${url}") (write ${expression})`
  return new Promise((done) => {
    const child = spawn(resolve(import.meta.dirname, '../../runtime/cli/strata'), ['-c', program])
    let output = ''
    child.stdout.on('data', (bytes) => {
      output += String(bytes)
    })
    child.on('close', () => done(output))
  })
}

test('builds have states, durations and products', async () => {
  const fields = '(list (build-status b) (build-duration b) (map build-product-path (build-products b)))'
  expect(await evaluate(`(map (lambda (b) ${fields}) (latest-builds url))`)).toBe('((failed 15 ("/x")))')
})

test('the history of jobs', async () => {
  expect(
    await evaluate(`(map (lambda (h) (map (lambda (j) (list (job-name j) (job-status j))) (history-jobs h)))
                         (jobs-history url '("a" "b")))`),
  ).toBe('((("a" scheduled)))')
})

test('a channel at the commit that was built last', async () => {
  expect(
    await evaluate(`(parameterize (((@ (guix utils) %current-system) "x86_64-linux"))
      (channel-commit
       (channel-with-substitutes-available (channel (name 'guix) (url "https://example.org")) url)))`),
  ).toBe('"abc"')
})
