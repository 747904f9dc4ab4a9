/** A web server in a thread of its own, for programs that are waited for: pages by path, directories that are listed, and
 *  redirections. */
import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'

/** Contents by path, as `/gnu/hello/hello-2.10.tar.gz`; the pages of directories list what is below them. */
export interface Site {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  /** Paths that are elsewhere: at another path, or at an address. */
  readonly redirections?: Readonly<Record<string, string>>
  /** Whether directories have pages; they have unless this is false. */
  readonly listings?: boolean
}

const server = `
const { workerData: { files, redirections, listings }, parentPort } = require('node:worker_threads')
const own = (table, key) => Object.hasOwn(table, key) ? table[key] : undefined
function page(directory) {
  const names = new Set(Object.keys(files).filter((path) => path.startsWith(directory))
    .map((path) => path.slice(directory.length).replace(/[/].*$/, '/')))
  if (!listings || names.size === 0) return undefined
  return '<html><head><title>Index of ' + directory + '</title></head><body><h1>Index of ' + directory +
    '</h1><table><tr><th><a href="?C=N;O=D">Name</a><th>Size\\n<tr><td><a href="../">Parent Directory</a><td>-' +
    [...names].sort().map((name) => '\\n<tr><td><a href="' + encodeURIComponent(name).replace('%2F', '/') + '">' + name +
      '</a><td>1K').join('') + '</table></body></html>'
}
const http = require('node:http').createServer((request, response) => {
  const path = decodeURIComponent(request.url.replace(/[?].*$/, ''))
  const target = own(redirections, path)
  const body = own(files, path) ?? (path.endsWith('/') ? page(path) : undefined)
  if (target !== undefined) response.writeHead(302, { location: target })
  else if (body === undefined) response.writeHead(404)
  else response.writeHead(200, { 'content-type': path.endsWith('/') ? 'text/html' : 'application/octet-stream' })
  response.end(request.method === 'HEAD' || target !== undefined ? undefined : body)
})
http.listen(0, '127.0.0.1', () => parentPort.postMessage(http.address().port))
`

export interface RunningSite {
  /** Without a final slash. */
  readonly url: string
  readonly close: () => Promise<unknown>
}

/** Serve the site that SITE, a procedure of its address, makes. */
export async function serveSite(site: Site | ((url: string) => Site)): Promise<RunningSite> {
  if (typeof site === 'function') {
    // The address is part of what is served: a free port is looked for first.
    const probe = await serveSite({ files: {} })
    await probe.close()
    return start(site(probe.url), Number(new URL(probe.url).port))
  }
  return start(site, 0)
}

async function start({ files, redirections = {}, listings = true }: Site, port: number): Promise<RunningSite> {
  const worker = new Worker(server.replace('listen(0,', `listen(${port},`), {
    eval: true,
    workerData: { files, redirections, listings },
  })
  const chosen = await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  return { url: `http://127.0.0.1:${chosen}`, close: () => worker.terminate() }
}

const alphabet = '0123456789abcdfghijklmnpqrsvwxyz'

/** The SHA256 hash of CONTENTS in nix-base32, worked out here. */
export function nixHash(contents: string | Uint8Array): string {
  const digest = createHash('sha256').update(contents).digest()
  let value = 0n
  for (const byte of [...digest].reverse()) value = (value << 8n) | BigInt(byte)
  let text = ''
  for (let digit = 51n; digit >= 0n; digit--) text += alphabet[Number((value >> (5n * digit)) & 31n)]
  return text
}
