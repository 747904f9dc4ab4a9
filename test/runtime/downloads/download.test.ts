import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DownloadEvent, type DownloadRequest, download } from '../../../runtime/downloads/index.ts'
import type { Hash } from '../../../runtime/formats/index.ts'

const contents = Buffer.from('what everybody wants'.repeat(5000))
const hash: Hash = { algorithm: 'sha256', digest: createHash('sha256').update(contents).digest() }
const quick = { idle: 5000, pauses: [1, 1] }

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let directory: string
let server: Server
let base: string
let requests: string[]
let handlers: Map<string, Handler>

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'strata-download-'))
  requests = []
  handlers = new Map()
  server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push(path)
    const handler = handlers.get(path)
    if (handler !== undefined) handler(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(directory, { recursive: true })
})

const good: Handler = (_, response) => response.end(contents)

function request(urls: string[], more: Partial<DownloadRequest> = {}): DownloadRequest {
  return {
    urls,
    name: 'wanted.bin',
    hash,
    output: join(directory, 'output'),
    times: quick,
    mirrors: { debian: [], env: {}, mirrors: new Map([['gnu', [`${base}/one`, `${base}/two`]]]) },
    ...more,
  }
}

/** Only what the requests named: no public site is asked by these tests. */
async function failureOf(urls: string[], more: Partial<DownloadRequest> = {}): Promise<string> {
  const local = { ...more, hash: undefined }
  try {
    await download(request(urls, local))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'no failure'
}

describe('download', () => {
  it('gets a file and tells how far it is', async () => {
    handlers.set('/f', good)
    const events: DownloadEvent[] = []
    await download(request([`${base}/f`], { onEvent: (event) => events.push(event) }))
    expect(readFileSync(join(directory, 'output'))).toEqual(contents)
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['download-started', 'download-progress', 'download-succeeded']),
    )
    expect(events.findLast((event) => event.kind === 'download-progress')).toMatchObject({
      received: contents.length,
      total: contents.length,
    })
  })

  it('goes on to the next site of a mirror at once when one refuses', async () => {
    handlers.set('/two/f', good)
    await download(request(['mirror://gnu/f']))
    expect(requests).toEqual(['/one/f', '/two/f'])
  })

  it('does not accept wrong contents and goes on', async () => {
    handlers.set('/one/f', (_, response) => response.end('something else'))
    handlers.set('/two/f', good)
    await download(request(['mirror://gnu/f']))
    expect(readFileSync(join(directory, 'output'))).toEqual(contents)
  })

  it('tries again when the server is busy', async () => {
    let count = 0
    handlers.set('/f', (_, response) => {
      if (++count < 3) response.writeHead(503).end()
      else response.end(contents)
    })
    await download(request([`${base}/f`]))
    expect(count).toBe(3)
  })

  it('tries again when the connection breaks', async () => {
    let count = 0
    handlers.set('/f', (_, response) => {
      response.writeHead(200, { 'content-length': contents.length })
      if (++count > 1) response.end(contents)
      else response.write(contents.subarray(0, 1000), () => response.destroy())
    })
    await download(request([`${base}/f`]))
    expect(readFileSync(join(directory, 'output'))).toEqual(contents)
  })

  it('gives up a site that falls silent', async () => {
    handlers.set('/one/f', (_, response) => response.write('a'))
    handlers.set('/two/f', good)
    await download(request(['mirror://gnu/f']))
    expect(readFileSync(join(directory, 'output'))).toEqual(contents)
  })

  it('names the file, every site and what was wrong there', async () => {
    handlers.set('/one/f', (_, response) => response.writeHead(403, 'Forbidden').end())
    const message = await failureOf(['mirror://gnu/f', 'gopher://example/f'])
    expect(message).toContain('could not download wanted.bin')
    expect(message).toContain(`${base}/one/f: 403 Forbidden`)
    expect(message).toContain(`${base}/two/f: 404 Not Found`)
    expect(message).toContain('gopher://example/f: unsupported kind of address')
  })

  it('leaves nothing behind when it fails', async () => {
    await failureOf([`${base}/f`])
    expect(readdirSync(directory)).toEqual([])
  })

  it('asks no site for what it downloaded before', async () => {
    handlers.set('/f', good)
    const cache = join(directory, 'cache')
    await download(request([`${base}/f`], { cache }))
    await download(request([`${base}/f`], { cache, output: join(directory, 'again') }))
    expect(requests).toEqual(['/f'])
    expect(readFileSync(join(directory, 'again'))).toEqual(contents)
  })

  it('replaces a damaged copy in the cache', async () => {
    handlers.set('/f', good)
    const cache = join(directory, 'cache')
    await download(request([`${base}/f`], { cache }))
    for (const name of readdirSync(join(cache, 'downloads'))) writeFileSync(join(cache, 'downloads', name), 'damaged')
    await download(request([`${base}/f`], { cache, output: join(directory, 'again') }))
    expect(readFileSync(join(directory, 'again'))).toEqual(contents)
    expect(requests).toEqual(['/f', '/f'])
  })

  it('takes a file from disk', async () => {
    const file = join(directory, 'source')
    writeFileSync(file, contents)
    await download(request([pathToFileURL(file).href]))
    expect(readFileSync(join(directory, 'output'))).toEqual(contents)
  })

  it('says who stopped it when it was waiting to try again', async () => {
    const stop = new AbortController()
    handlers.set('/f', (_, response) => {
      response.writeHead(503).end()
      setTimeout(() => stop.abort(new Error('another build failed')), 20)
    })
    const times = { idle: 60_000, pauses: [60_000] }
    await expect(download(request([`${base}/f`], { signal: stop.signal, times }))).rejects.toThrow(
      'another build failed',
    )
  })

  it('stops when asked to', async () => {
    handlers.set('/f', (_, response) => response.write('a'))
    const stop = new AbortController()
    const result = download(request([`${base}/f`], { signal: stop.signal, times: { idle: 60_000, pauses: [] } }))
    setTimeout(() => stop.abort(new Error('stopped')), 50)
    await expect(result).rejects.toThrow('stopped')
    expect(existsSync(join(directory, 'output'))).toBe(false)
  })
})
