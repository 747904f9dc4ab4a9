/** A small FTP server for anonymous reading in passive mode (RFC 959, RFC 2428), of a tree of texts. */
import { createServer, type Server, type Socket } from 'node:net'

/** Directories are trees, files texts. */
export interface FtpTree {
  readonly [name: string]: string | FtpTree
}

export interface RunningFtp {
  readonly port: number
  /** The commands that clients have sent. */
  readonly commands: readonly string[]
  close(): void
}

/** Serve TREE on this machine, on PORT or on one that is free. */
export async function serveFtp(tree: FtpTree, port = 0): Promise<RunningFtp> {
  const commands: string[] = []
  const server = createServer((socket) => talk(socket, tree, commands))
  return { port: await listen(server, port), commands, close: () => void server.close() }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

function talk(control: Socket, tree: FtpTree, commands: string[]): void {
  let directory = '/'
  let transfer: { readonly server: Server; readonly client: Promise<Socket> } | undefined
  const say = (line: string): void => void control.write(`${line}\r\n`)
  const send = async (text: string): Promise<void> => {
    if (transfer === undefined) return say('425 no connection for data')
    const { server, client } = transfer
    transfer = undefined
    say('150 here it comes')
    const socket = await client
    socket.end(text, () => {
      server.close()
      say('226 done')
    })
  }
  const passive = async (): Promise<number> => {
    const server = createServer()
    const client = new Promise<Socket>((resolve) => server.once('connection', resolve))
    transfer = { server, client }
    return listen(server, 0)
  }
  const handlers: Readonly<Record<string, (argument: string) => void | Promise<void>>> = {
    USER: () => say('331 which password?'),
    PASS: () => say('230-welcome\r\n some more\r\n230 go on'),
    TYPE: () => say('200 as you like'),
    PWD: () => say(`257 "${directory}"`),
    CWD: (path) => {
      const wanted = absolute(directory, path)
      if (typeof find(tree, wanted) !== 'object') return say('550 no such directory')
      directory = wanted
      say('250 there')
    },
    SIZE: (path) => {
      const file = find(tree, absolute(directory, path))
      say(typeof file === 'string' ? `213 ${Buffer.byteLength(file)}` : '550 no such file')
    },
    EPSV: async () => say(`229 entering (|||${await passive()}|)`),
    PASV: async () => {
      const port = await passive()
      say(`227 entering (127,0,0,1,${port >> 8},${port & 255})`)
    },
    LIST: (path) => {
      const listed = find(tree, absolute(directory, path))
      if (typeof listed !== 'object') return say('550 no such directory')
      return send(Object.entries(listed).map(entryLine).join(''))
    },
    RETR: (path) => {
      const file = find(tree, absolute(directory, path))
      return typeof file === 'string' ? send(file) : say('550 no such file')
    },
    QUIT: () => {
      say('221 bye')
      control.end()
    },
  }
  let input = ''
  control.on('error', () => {})
  control.on('data', (bytes) => {
    input += bytes
    for (let end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n')) {
      const line = input.slice(0, end).trimEnd()
      input = input.slice(end + 1)
      commands.push(line)
      const [, name = '', argument = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
      const handler = handlers[name.toUpperCase()]
      if (handler === undefined) say('502 what?')
      else void handler(argument)
    }
  })
  say('220 ready')
}

function entryLine([name, content]: readonly [string, string | FtpTree]): string {
  const isFile = typeof content === 'string'
  const size = isFile ? Buffer.byteLength(content) : 4096
  return `${isFile ? '-rw-r--r--' : 'drwxr-xr-x'}    1 0        0        ${size} Jan 01  2020 ${name}\r\n`
}

function absolute(directory: string, path: string): string {
  return path.startsWith('/') ? path : path === '' ? directory : `${directory}/${path}`
}

function find(tree: FtpTree, path: string): string | FtpTree | undefined {
  let found: string | FtpTree | undefined = tree
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    if (typeof found !== 'object') return undefined
    found = found[name]
  }
  return found
}
