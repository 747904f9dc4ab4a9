/** Files and directories: Guile's POSIX interface on node:fs. */
import * as fs from 'node:fs'
import { wrongType } from '../../lang/conditions/index.ts'
import {
  any,
  exactInteger,
  fixnum,
  index,
  openDescriptorPorts,
  optional,
  Port,
  parameter,
  primitives,
  rest,
  string,
} from '../../lang/primitives/index.ts'
import { EOF, intern, list, Pair, SchemeString, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { finishDeferredWork } from './deferred-work.ts'
import {
  descriptorPort,
  flagsOfMode,
  isTerminal,
  openDescriptor,
  openDescriptors,
  openPipe,
  seekDescriptor,
} from './descriptors.ts'
import { errnoOf, raiseSystemError, system } from './errors.ts'
import { nameAt, placeOf, placeOfLink } from './file-places.ts'
import { errno, libc } from './libc.ts'

const guile = primitives('(guile)')
const text = (value: string) => new SchemeString(value)

/** Exact seconds and nanoseconds of a time in nanoseconds. */
const NS = 1_000_000_000n

function fileType(mode: number): string {
  switch (mode & 0o170000) {
    case 0o100000:
      return 'regular'
    case 0o040000:
      return 'directory'
    case 0o120000:
      return 'symlink'
    case 0o060000:
      return 'block-special'
    case 0o020000:
      return 'char-special'
    case 0o010000:
      return 'fifo'
    case 0o140000:
      return 'socket'
    default:
      return 'unknown'
  }
}
const exact = (n: bigint): Value => (n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n)
function statVector(s: fs.BigIntStats): Value[] {
  const mode = Number(s.mode)
  return [
    exact(s.dev),
    exact(s.ino),
    mode,
    exact(s.nlink),
    exact(s.uid),
    exact(s.gid),
    exact(s.rdev),
    exact(s.size),
    exact(s.atimeNs / NS),
    exact(s.mtimeNs / NS),
    exact(s.ctimeNs / NS),
    exact(s.blksize),
    exact(s.blocks),
    intern(fileType(mode)),
    mode & 0o7777,
    exact(s.atimeNs % NS),
    exact(s.mtimeNs % NS),
    exact(s.ctimeNs % NS),
  ]
}
function descriptorOf(name: string, position: number, value: Value): number {
  if (typeof value === 'number') return value
  if (value instanceof Port && value.descriptor !== undefined) return value.descriptor
  return wrongType(name, position, value, 'file port')
}

guile(
  'stat',
  [any('file'), optional(any('exception?'))],
  'Return what is known of FILE, a name or port; #f when EXCEPTION? is #f and there is none.',
  (file, raise = true) => {
    try {
      return statVector(
        file instanceof SchemeString
          ? fs.statSync(placeOf(file), { bigint: true })
          : fs.fstatSync(descriptorOf('stat', 1, file), { bigint: true }),
      )
    } catch (error) {
      const code = errnoOf(error)
      if (code === undefined) throw error
      return raise === false
        ? false
        : raiseSystemError('stat', code, file instanceof SchemeString ? file.toString() : undefined)
    }
  },
)
guile('lstat', [string('file')], 'Return what is known of FILE itself, should it be a symbolic link.', (file) =>
  statVector(system('lstat', file.toString(), () => fs.lstatSync(placeOfLink(file), { bigint: true }))),
)
guile('file-exists?', [string('file')], 'Return #t when FILE exists.', (file) => fs.existsSync(placeOf(file)))
guile('access?', [string('file'), index('how')], 'Return #t when FILE can be accessed as HOW says.', (file, how) => {
  try {
    fs.accessSync(placeOf(file), how)
    return true
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return false
  }
})

/** A change of the file system, by a call that raises a `system-error' of PROCEDURE. */
function change(procedure: string, file: string | undefined, call: () => void): void {
  finishDeferredWork()
  system(procedure, file, call)
}

/** A procedure on one file name without a value. */
function onFile(name: string, doc: string, act: (file: string) => void): void {
  guile(name, [string('file')], doc, (file) => {
    change(name, file.toString(), () => act(placeOfLink(file)))
    return UNSPECIFIED
  })
}
onFile('delete-file', 'Delete FILE.', fs.unlinkSync)
onFile('rmdir', 'Delete the empty directory FILE.', fs.rmdirSync)
guile('mkdir', [string('path'), optional(index('mode'))], 'Make the directory PATH.', (path, mode) => {
  change('mkdir', path.toString(), () => fs.mkdirSync(placeOfLink(path), mode ?? 0o777))
  return UNSPECIFIED
})
guile('rename-file', [string('old'), string('new')], 'Rename OLD to NEW.', (from, to) => {
  change('rename-file', undefined, () => fs.renameSync(placeOfLink(from), placeOfLink(to)))
  return UNSPECIFIED
})
guile('copy-file', [string('old'), string('new')], 'Copy the content of OLD to NEW.', (from, to) => {
  change('copy-file', from.toString(), () => {
    const source = fs.statSync(placeOf(from))
    const place = placeOf(to)
    const existed = fs.existsSync(place)
    fs.copyFileSync(placeOf(from), place)
    if (!existed) fs.chmodSync(place, source.mode & 0o777 & ~process.umask())
  })
  return UNSPECIFIED
})
guile('symlink', [string('target'), string('link')], 'Make LINK a symbolic link to TARGET.', (target, link) => {
  change('symlink', link.toString(), () => fs.symlinkSync(target.toString(), placeOfLink(link)))
  return UNSPECIFIED
})
guile('link', [string('old'), string('new')], 'Make NEW a hard link to OLD.', (from, to) => {
  change('link', to.toString(), () => fs.linkSync(placeOfLink(from), placeOfLink(to)))
  return UNSPECIFIED
})
guile('readlink', [string('link')], 'Return the target of the symbolic LINK.', (link) =>
  text(system('readlink', link.toString(), () => fs.readlinkSync(placeOfLink(link)))),
)
guile('chmod', [any('file'), index('mode')], 'Set the permissions of FILE.', (file, mode) => {
  if (file instanceof SchemeString) change('chmod', file.toString(), () => fs.chmodSync(placeOf(file), mode))
  else change('chmod', undefined, () => fs.fchmodSync(descriptorOf('chmod', 1, file), mode))
  return UNSPECIFIED
})
guile(
  'chown',
  [any('file'), fixnum('owner'), fixnum('group')],
  'Set the owner and group of FILE (-1: as it is).',
  (file, owner, group) => {
    const id = (n: number) => (n < 0 ? 0xffffffff : n)
    if (file instanceof SchemeString)
      system('chown', file.toString(), () => fs.chownSync(placeOf(file), id(owner), id(group)))
    else system('chown', undefined, () => fs.fchownSync(descriptorOf('chown', 1, file), id(owner), id(group)))
    return UNSPECIFIED
  },
)
guile(
  'lchown',
  [string('file'), fixnum('owner'), fixnum('group')],
  'Set the owner and group of FILE itself.',
  (file, owner, group) => {
    const id = (n: number) => (n < 0 ? 0xffffffff : n)
    system('lchown', file.toString(), () => fs.lchownSync(placeOfLink(file), id(owner), id(group)))
    return UNSPECIFIED
  },
)
guile(
  'utime',
  [
    any('file'),
    optional(any('actime')),
    optional(any('modtime')),
    optional(any('actimens')),
    optional(any('modtimens')),
    optional(any('flags')),
  ],
  'Set the access and modification times of FILE (now).',
  (file, access, modified, accessNs, modifiedNs, flags) => {
    const now = Date.now() / 1000
    const time = (seconds: Value, ns: Value) =>
      typeof seconds === 'number' ? seconds + (typeof ns === 'number' ? ns / 1e9 : 0) : now
    const path = file instanceof SchemeString ? file.toString() : undefined
    const NOFOLLOW = 0x100
    system('utime', path, () => {
      const set =
        path === undefined
          ? fs.futimesSync
          : typeof flags === 'number' && (flags & NOFOLLOW) !== 0
            ? fs.lutimesSync
            : fs.utimesSync
      if (set === fs.futimesSync)
        fs.futimesSync(descriptorOf('utime', 1, file), time(access, accessNs), time(modified, modifiedNs))
      else if (path !== undefined && set === fs.lutimesSync)
        fs.lutimesSync(placeOfLink(path), time(access, accessNs), time(modified, modifiedNs))
      else if (path !== undefined) fs.utimesSync(placeOf(path), time(access, accessNs), time(modified, modifiedNs))
    })
    return UNSPECIFIED
  },
)
guile('umask', [optional(index('mode'))], 'Set the file creation mask to MODE and return the old one.', (mode) =>
  mode === undefined ? process.umask() : process.umask(mode),
)
guile('chdir', [string('directory')], 'Make DIRECTORY the current one.', (directory) => {
  system('chdir', directory.toString(), () => process.chdir(placeOf(directory)))
  return UNSPECIFIED
})
guile('getcwd', [], 'Return the current directory.', () => text(system('getcwd', undefined, () => process.cwd())))
guile('canonicalize-path', [string('path')], 'Return the absolute name of PATH without symbolic links.', (path) =>
  text(system('canonicalize-path', path.toString(), () => nameAt(fs.realpathSync.native(placeOf(path))))),
)
guile(
  'mknod',
  [string('path'), any('type'), index('perms'), index('dev')],
  'Make a special file.',
  (path, type, permissions, device) => {
    const kinds: Record<string, number> = {
      regular: 0o100000,
      directory: 0o040000,
      'block-special': 0o060000,
      'char-special': 0o020000,
      fifo: 0o010000,
      socket: 0o140000,
    }
    const kind = kinds[String(type instanceof Object && 'name' in type ? type.name : '')] ?? wrongType('mknod', 2, type)
    if (libc().mknod(path.toString(), kind | permissions, BigInt(device)) !== 0)
      raiseSystemError('mknod', errno(), path.toString())
    return UNSPECIFIED
  },
)
guile('sync', [], 'Write the file system caches.', () => {
  libc().sync()
  return UNSPECIFIED
})
guile('fsync', [any('port')], 'Write what the file of PORT has buffered to its device.', (port) => {
  if (port instanceof Port) port.flush()
  system('fsync', undefined, () => fs.fsyncSync(descriptorOf('fsync', 1, port)))
  return UNSPECIFIED
})

// Names

guile(
  'basename',
  [string('name'), optional(string('suffix'))],
  'Return the last part of the file NAME, without SUFFIX.',
  (name, suffix) => {
    const trimmed = name.toString().replace(/\/+$/, '')
    if (trimmed === '') return text(name.length > 0 ? '/' : '')
    const base = trimmed.slice(trimmed.lastIndexOf('/') + 1)
    const ending = suffix?.toString()
    return text(
      ending !== undefined && ending !== '' && base.endsWith(ending) && base !== ending
        ? base.slice(0, -ending.length)
        : base,
    )
  },
)
guile('dirname', [string('name')], 'Return the directory part of the file NAME.', (name) => {
  const trimmed = name.toString().replace(/\/+$/, '')
  if (trimmed === '') return text(name.toString().startsWith('/') ? '/' : '.')
  const slash = trimmed.lastIndexOf('/')
  if (slash < 0) return text('.')
  const directory = trimmed.slice(0, slash).replace(/\/+$/, '')
  return text(directory === '' ? '/' : directory)
})

// Directories

class DirectoryStream {
  readonly path: string
  #entries: string[] | undefined
  #at = 0
  constructor(path: string, entries: string[]) {
    this.path = path
    this.#entries = entries
  }
  get isOpen(): boolean {
    return this.#entries !== undefined
  }
  next(): string | undefined {
    return this.#entries?.[this.#at++]
  }
  rewind(): void {
    this.#at = 0
  }
  close(): void {
    this.#entries = undefined
  }
}
const isStream = (value: Value): value is DirectoryStream => value instanceof DirectoryStream
const stream = parameter('stream', isStream, 'directory stream')
guile('opendir', [string('directory')], 'Return a stream of the names in DIRECTORY.', (directory) => {
  const path = directory.toString()
  return new DirectoryStream(path, ['.', '..', ...system('opendir', path, () => fs.readdirSync(placeOf(path)))])
})
guile('readdir', [stream], 'Return the next name of STREAM, or the end-of-file object.', (s) => {
  if (!s.isOpen) return wrongType('readdir', 1, s)
  const name = s.next()
  return name === undefined ? EOF : text(name)
})
guile('rewinddir', [stream], 'Go back to the first name of STREAM.', (s) => {
  s.rewind()
  return UNSPECIFIED
})
guile('closedir', [stream], 'Close STREAM.', (s) => {
  s.close()
  return UNSPECIFIED
})
guile('directory-stream?', [any('x')], 'Return #t when X is a directory stream.', isStream)

// Opening

guile(
  '%open-file',
  [string('file'), string('mode'), any('encoding'), any('guess')],
  'Return a port on FILE opened in MODE.',
  (file, mode, encoding, guess) => {
    const flags = flagsOfMode(mode.toString()) ?? wrongType('open-file', 2, mode)
    const path = file.toString()
    const fd = openDescriptor('open-file', path, flags)
    const port = descriptorPort(fd, mode.toString().replace('e', ''), file)
    if (mode.toString().includes('e')) openDescriptors.delete(fd)
    if (encoding instanceof SchemeString) port.encoding = encoding.toString()
    else if (guess !== false) port.encoding = declaredEncoding(port) ?? port.encoding
    return port
  },
)
/** What a "coding: NAME" comment in the first 500 bytes says. */
function declaredEncoding(port: Port): string | undefined {
  const start = port.readBytes(500)
  port.unreadBytes(start)
  return /^\s*;.*coding[:=]\s*([-\w.]+)/m.exec(Buffer.from(start).toString('latin1'))?.[1]?.toUpperCase()
}
guile(
  'open-fdes',
  [string('path'), index('flags'), optional(index('mode'))],
  'Open PATH and return a file descriptor.',
  (path, flags, mode) => openDescriptor('open-fdes', path.toString(), flags, mode),
)
guile(
  'open',
  [string('path'), index('flags'), optional(index('mode'))],
  'Open PATH and return a port.',
  (path, flags, mode) => {
    const fd = openDescriptor('open', path.toString(), flags, mode)
    const access = flags & 3
    return descriptorPort(fd, access === 0 ? 'r' : access === 1 ? 'w' : 'r+', path)
  },
)
for (const [name, mode] of [
  ['fdopen', undefined],
  ['%fdes->inport', 'r'],
  ['%fdes->outport', 'w'],
] satisfies [string, string | undefined][])
  guile(
    name,
    [index('fd'), ...(mode === undefined ? [string('mode')] : [])],
    'Return a port on the file descriptor FD.',
    (fd, given?: SchemeString) => descriptorPort(Number(fd), mode ?? String(given), false),
  )
guile('fileno', [any('port')], 'Return the file descriptor of PORT.', (port) => descriptorOf('fileno', 1, port))
guile('port->fdes', [any('port')], 'Return the file descriptor of PORT.', (port) => descriptorOf('port->fdes', 1, port))
guile('close-fdes', [index('fd')], 'Close the file descriptor FD.', (fd) => {
  system('close-fdes', undefined, () => fs.closeSync(fd))
  return UNSPECIFIED
})
guile(
  'file-port?',
  [any('x')],
  'Return #t when X is a port on a file descriptor.',
  (x) => x instanceof Port && x.descriptor !== undefined,
)
guile(
  'isatty?',
  [any('port')],
  'Return #t when PORT is a terminal.',
  (port) => port instanceof Port && port.descriptor !== undefined && isTerminal(port.descriptor),
)
guile(
  '%seek-descriptor',
  [index('fd'), exactInteger('offset'), index('whence')],
  'Move in the file of the descriptor FD; return the new position.',
  (fd, offset, whence) => seekDescriptor(fd, Number(offset), whence),
)
guile('%truncate-descriptor', [index('fd'), index('length')], 'Cut the file of FD to LENGTH.', (fd, length) => {
  system('truncate-file', undefined, () => fs.ftruncateSync(fd, length))
  return UNSPECIFIED
})
guile('%truncate-named', [string('file'), index('length')], 'Cut FILE to LENGTH.', (file, length) => {
  const path = file.toString()
  system('truncate-file', path, () => fs.truncateSync(placeOf(path), length))
  return UNSPECIFIED
})
guile('%descriptor-ports', [], 'Return the open ports on file descriptors.', () => list(openDescriptorPorts()))
guile('pipe', [optional(any('flags'))], 'Return a pair of ports, to read and to write a pipe.', () => {
  const [read, write] = openPipe()
  return new Pair(descriptorPort(read, 'r', intern('read pipe')), descriptorPort(write, 'w', intern('write pipe')))
})
guile('dup->fdes', [any('port'), optional(index('fd'))], 'Duplicate a file descriptor.', (port, fd) => {
  if (port instanceof Port) port.flush()
  const from = descriptorOf('dup->fdes', 1, port)
  const made = fd === undefined ? libc().dup(from) : libc().dup2(from, fd)
  return made < 0 ? raiseSystemError('dup->fdes', errno()) : made
})
guile('dup2', [index('old'), index('new')], 'Make the descriptor NEW a copy of OLD.', (from, to) => {
  if (libc().dup2(from, to) < 0) raiseSystemError('dup2', errno())
  return UNSPECIFIED
})
guile(
  'redirect-port',
  [any('into'), any('from')],
  'Make the descriptor of FROM a copy of the one of INTO.',
  (into, from) => {
    if (from instanceof Port) from.flush()
    if (into instanceof Port) into.flush()
    if (libc().dup2(descriptorOf('redirect-port', 1, into), descriptorOf('redirect-port', 2, from)) < 0)
      raiseSystemError('redirect-port', errno())
    return UNSPECIFIED
  },
)
guile(
  'fcntl',
  [any('port'), index('command'), optional(index('value'))],
  'Apply the fcntl COMMAND to the descriptor of PORT.',
  (port, command, value) => {
    const result = libc().fcntl(descriptorOf('fcntl', 1, port), command, value ?? 0)
    return result < 0 ? raiseSystemError('fcntl', errno()) : result
  },
)
for (const [name, directory] of [
  ['mkstemp!', false],
  ['mkstemp', false],
  ['mkdtemp', true],
] satisfies [string, boolean][])
  guile(
    name,
    [string('template'), rest(any('mode'))],
    'Make a new file or directory named after TEMPLATE, which ends in XXXXXX.',
    (template, mode) => {
      const pattern = template.toString()
      if (!pattern.endsWith('XXXXXX')) return raiseSystemError(name, 22)
      if (directory) {
        const made = system(name, pattern, () => fs.mkdtempSync(placeOfLink(pattern).slice(0, -6)))
        return text(pattern.slice(0, -6) + made.slice(-6))
      }
      const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
      for (let attempt = 0; ; attempt++) {
        const path =
          pattern.slice(0, -6) +
          Array.from({ length: 6 }, () => letters.charAt(Math.floor(Math.random() * letters.length))).join('')
        try {
          const fd = fs.openSync(placeOfLink(path), 0o302, 0o600)
          if (name === 'mkstemp!') for (let i = 0; i < path.length; i++) template.setCodePoint(i, path.charCodeAt(i))
          return descriptorPort(fd, mode instanceof SchemeString ? mode.toString() : 'w+', text(path))
        } catch (error) {
          const code = errnoOf(error)
          if (code === undefined) throw error
          if (code !== 17 || attempt > 100) return raiseSystemError(name, code, pattern)
        }
      }
    },
  )
