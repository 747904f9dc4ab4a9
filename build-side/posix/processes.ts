/** Processes: starting, waiting, signals, identity. Children are started by posix_spawn with the signal
 *  dispositions Node changed set back, and inherit the standard descriptors. */

import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { throwKey, wrongType } from '../../lang/conditions/index.ts'
import {
  any,
  currentErrorPort,
  currentInputPort,
  currentOutputPort,
  elements,
  fixnum,
  flushAllPorts,
  index,
  optional,
  Port,
  primitives,
  rest,
  string,
} from '../../lang/primitives/index.ts'
import { list, Pair, SchemeString, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { finishDeferredWork } from './deferred-work.ts'
import { descriptorPort, openPipe, writeDescriptor } from './descriptors.ts'
import { raiseSystemError, strerror } from './errors.ts'
import { ffi } from './ffi.ts'
import { placeOf } from './file-places.ts'
import { copyProcess } from './fork.ts'
import { errno, libc } from './libc.ts'
import { deliverSignals, handlesSignals, sleepFor } from './signals.ts'

const guile = primitives('(guile)')

/** A C array of strings, ended by a null: the pointers, and the bytes that must stay alive as long. */
export function stringArray(strings: readonly string[]): { readonly pointers: Uint8Array; readonly bytes: Uint8Array } {
  const bytes = Buffer.from(strings.map((s) => `${s}\0`).join(''), 'utf8')
  const base = ffi().getRawPointer(bytes)
  const pointers = new BigUint64Array(strings.length + 1)
  let at = 0
  for (const [i, s] of strings.entries()) {
    pointers[i] = base + BigInt(at)
    at += Buffer.byteLength(s) + 1
  }
  return { pointers: new Uint8Array(pointers.buffer), bytes }
}

export interface Spawning {
  readonly program: string
  readonly args: readonly string[]
  /** Look PROGRAM up in PATH. */
  readonly search?: boolean
  readonly environment?: readonly string[]
  /** What the child's descriptors are copies of: [0, 1, 2] by default. */
  readonly descriptors?: readonly (readonly [child: number, parent: number])[]
}

export function environment(): string[] {
  return Object.entries(process.env).map(([name, value]) => `${name}=${value ?? ''}`)
}

/** Start a process; returns its id, or minus errno. */
export function spawnProcess(what: Spawning): number {
  const c = libc()
  const pid = new Uint8Array(4)
  const actions = new Uint8Array(256)
  const attributes = new Uint8Array(1024)
  c.posix_spawn_file_actions_init(actions)
  c.posix_spawnattr_init(attributes)
  const SETSIGDEF = 4
  const SETSIGMASK = 8
  c.posix_spawnattr_setflags(attributes, SETSIGDEF | SETSIGMASK)
  // Every signal at its default, none blocked.
  c.posix_spawnattr_setsigdefault(attributes, new Uint8Array(128).fill(255))
  c.posix_spawnattr_setsigmask(attributes, new Uint8Array(128))
  // Node marks its standard descriptors close-on-exec; copying one to itself takes the mark off in the child.
  const given = what.descriptors ?? []
  for (const fd of [0, 1, 2])
    if (!given.some(([child]) => child === fd)) c.posix_spawn_file_actions_adddup2(actions, fd, fd)
  for (const [child, parent] of given) c.posix_spawn_file_actions_adddup2(actions, parent, child)
  const argv = stringArray(what.args)
  const env = stringArray(what.environment ?? environment())
  const spawn = what.search === false || what.program.includes('/') ? c.posix_spawn : c.posix_spawnp
  const program = what.program.includes('/') ? placeOf(what.program) : what.program
  const failed = spawn(pid, program, actions, attributes, argv.pointers, env.pointers)
  c.posix_spawn_file_actions_destroy(actions)
  c.posix_spawnattr_destroy(attributes)
  return failed !== 0 ? -failed : new DataView(pid.buffer).getInt32(0, true)
}

/** Wait for a child; returns its id and status. */
export function waitFor(pid: number, options = 0): { readonly pid: number; readonly status: number } {
  const status = new Uint8Array(4)
  const EINTR = 4
  const WNOHANG = 1
  for (;;) {
    const handled = handlesSignals() && (options & WNOHANG) === 0
    const ended = libc().waitpid(pid, status, handled ? options | WNOHANG : options)
    if (ended === 0 && handled) {
      sleepFor(5)
      continue
    }
    if (ended >= 0) return { pid: ended, status: new DataView(status.buffer).getInt32(0, true) }
    const code = errno()
    if (code !== EINTR) return raiseSystemError('waitpid', code)
  }
}

export function strings(name: string, values: readonly Value[]): string[] {
  return values.map((value, i) =>
    value instanceof SchemeString ? value.toString() : wrongType(name, i + 1, value, 'string'),
  )
}

/** The status of a shell that could not start the command. */
const NOT_STARTED = 127 << 8

/** Where a child's standard descriptors go: to the files of the current ports, or nowhere. */
function currentDescriptors(): { readonly pairs: readonly (readonly [number, number])[]; close(): void } {
  const opened: number[] = []
  const pairs = [currentInputPort, currentOutputPort, currentErrorPort].map((fluid, child) => {
    const port = fluid.value
    if (port instanceof Port && port.isOpen && port.descriptor !== undefined) return [child, port.descriptor] as const
    const nowhere = openSync('/dev/null', child === 0 ? 'r' : 'w')
    opened.push(nowhere)
    return [child, nowhere] as const
  })
  return {
    pairs,
    close: () => {
      for (const fd of opened) closeSync(fd)
    },
  }
}

function run(program: string, args: readonly string[], descriptors?: Spawning['descriptors']): number {
  const pid = spawnProcess({ program, args, ...(descriptors === undefined ? {} : { descriptors }) })
  if (pid < 0) {
    // As a forked child would report on standard error before it exits with 127.
    writeDescriptor(2, Buffer.from(`In execvp of ${program}: ${strerror(-pid)}\n`))
    return NOT_STARTED
  }
  return waitFor(pid).status
}
const usualShell = '/bin/sh'
let shell: string | undefined

/** The shell that runs commands.  Where builds run there is no /bin/sh: there the C library has one of its own, beside
 *  the directory that it was loaded from. */
function commandShell(): string {
  if (shell === undefined) {
    shell = usualShell
    if (!existsSync(usualShell)) {
      const library = /^.* (\/\S+)\/libc\.so\.6$/m.exec(readFileSync('/proc/self/maps', 'latin1'))?.[1]
      if (library !== undefined) {
        const own = join(library, '../libexec/sh')
        if (existsSync(own)) shell = own
      }
    }
  }
  return shell
}

guile(
  '%command-shell',
  [],
  'Return the file name of the shell that runs commands.',
  () => new SchemeString(commandShell()),
)
// The C library's: whatever the current ports are, the command has this process's descriptors.
guile('system', [optional(string('command'))], 'Run COMMAND by the shell and return its status.', (command) => {
  if (command === undefined) return true
  flushAllPorts()
  return run(commandShell(), ['sh', '-c', command.toString()])
})
guile(
  'system*',
  [string('program'), rest(string('arg'))],
  'Run PROGRAM with the arguments and return its status.',
  (program, ...args) => {
    flushAllPorts()
    const descriptors = currentDescriptors()
    const status = run(program.toString(), [program, ...args].map(String), descriptors.pairs)
    descriptors.close()
    return status
  },
)
guile(
  'waitpid',
  [fixnum('pid'), optional(index('options'))],
  'Wait for the child PID; return its id and status.',
  (pid, options) => {
    const ended = waitFor(pid, options)
    return new Pair(ended.pid, ended.status)
  },
)
guile('kill', [fixnum('pid'), index('signal')], 'Send SIGNAL to the process PID.', (pid, signal) => {
  finishDeferredWork()
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (error instanceof Error && 'errno' in error) return raiseSystemError('kill', Math.abs(Number(error.errno)))
    throw error
  }
  deliverSignals()
  return UNSPECIFIED
})
guile('primitive-fork', [], 'Make a copy of this process; return 0 in the copy and its id in this one.', () =>
  copyProcess('primitive-fork'),
)
primitives('(ice-9 posix-primitives)')(
  '%clone',
  [index('flags')],
  'Make a copy of this process in the name spaces of FLAGS; return 0 in the copy and its id in this one.',
  (flags) => copyProcess('clone', flags),
)
guile(
  '%spawn',
  [string('program'), any('args'), any('environment'), any('input'), any('output'), any('error'), any('search?')],
  'Start PROGRAM and return its process id.',
  (program, args, env, input, output, error, search) => {
    flushAllPorts()
    const fd = (value: Value, position: number) =>
      typeof value === 'number'
        ? value
        : value instanceof Port && value.descriptor !== undefined
          ? value.descriptor
          : wrongType('spawn', position, value, 'file port')
    const pid = spawnProcess({
      program: program.toString(),
      args: strings('spawn', elements('spawn', 2, args)),
      environment: env === false ? environment() : strings('spawn', elements('spawn', 3, env)),
      descriptors: [
        [0, fd(input, 4)],
        [1, fd(output, 5)],
        [2, fd(error, 6)],
      ],
      search: search !== false,
    })
    return pid < 0 ? raiseSystemError('spawn', -pid) : pid
  },
)
guile(
  '%open-process',
  [string('mode'), string('program'), any('args')],
  'Start PROGRAM with pipes as MODE says; return the port to read, the port to write, and the process id.',
  (mode, program, args) => {
    flushAllPorts()
    const kind = mode.toString()
    const reads = kind.startsWith('r')
    const writes = kind.startsWith('w') || kind.includes('+')
    const fromChild = reads ? openPipe() : undefined
    const toChild = writes ? openPipe() : undefined
    const current = currentDescriptors()
    const pid = spawnProcess({
      program: program.toString(),
      args: strings('open-process', [program, ...elements('open-process', 3, args)]),
      descriptors: current.pairs.map(([child, parent]) =>
        child === 0 && toChild !== undefined
          ? ([0, toChild[0]] as const)
          : child === 1 && fromChild !== undefined
            ? ([1, fromChild[1]] as const)
            : ([child, parent] as const),
      ),
    })
    current.close()
    if (toChild !== undefined) closeSync(toChild[0])
    if (fromChild !== undefined) closeSync(fromChild[1])
    if (pid < 0) writeDescriptor(2, Buffer.from(`In execvp of ${program.toString()}: ${strerror(-pid)}\n`))
    return list([
      fromChild === undefined ? false : descriptorPort(fromChild[0], 'r', false),
      toChild === undefined ? false : descriptorPort(toChild[1], 'w', false),
      pid < 0 ? false : pid,
    ])
  },
)
// Identity

const identities: readonly [string, () => number][] = [
  ['getpid', () => process.pid],
  ['getppid', () => process.ppid],
  ['getuid', () => process.getuid?.() ?? 0],
  ['geteuid', () => process.geteuid?.() ?? 0],
  ['getgid', () => process.getgid?.() ?? 0],
  ['getegid', () => process.getegid?.() ?? 0],
]
for (const [name, get] of identities) guile(name, [], `Return what ${name} of the C library returns.`, get)
guile('getgroups', [], 'Return the supplementary group ids, a vector.', () => process.getgroups?.() ?? [])
guile('setuid', [index('id')], 'Become the user ID.', (id) => {
  process.setuid?.(id)
  return UNSPECIFIED
})
guile('setgid', [index('id')], 'Become the group ID.', (id) => {
  process.setgid?.(id)
  return UNSPECIFIED
})
guile(
  'total-processor-count',
  [],
  'Return the number of processors.',
  () => process.getBuiltinModule('node:os').cpus().length,
)
guile('current-processor-count', [], 'Return the number of processors this process may use.', () =>
  process.getBuiltinModule('node:os').availableParallelism(),
)
guile(
  '%signal-number',
  [string('name')],
  'Return the number of the signal called NAME, or #f.',
  (name) => Object.entries(constants.signals).find(([known]) => known === name.toString())?.[1] ?? false,
)

// The end

guile('primitive-exit', [optional(any('status'))], 'End the process without unwinding.', (status) => {
  flushAllPorts()
  return process.exit(exitStatus(status))
})
guile('primitive-_exit', [optional(any('status'))], 'End the process without unwinding or flushing.', (status) =>
  process.exit(exitStatus(status)),
)
/** #t and nothing are success, #f failure. */
export function exitStatus(status: Value): number {
  if (status === undefined || status === true) return 0
  return typeof status === 'number' ? status & 255 : 1
}
for (const name of ['exit', 'quit'])
  guile(name, [rest(any('status'))], 'Leave the program with STATUS, unwinding.', (...status) =>
    throwKey('quit', ...status),
  )
