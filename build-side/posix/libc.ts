/** The C library through node:ffi, for what Node has no synchronous call for: processes, pipes, descriptors.
 *  Loaded when first needed. */
import { finishDeferredWork } from './deferred-work.ts'
import { ffi } from './ffi.ts'

function load() {
  return ffi().dlopen(null, {
    posix_spawn: { arguments: ['buffer', 'string', 'buffer', 'buffer', 'buffer', 'buffer'], return: 'i32' },
    posix_spawnp: { arguments: ['buffer', 'string', 'buffer', 'buffer', 'buffer', 'buffer'], return: 'i32' },
    posix_spawn_file_actions_init: { arguments: ['buffer'], return: 'i32' },
    posix_spawn_file_actions_adddup2: { arguments: ['buffer', 'i32', 'i32'], return: 'i32' },
    posix_spawn_file_actions_destroy: { arguments: ['buffer'], return: 'i32' },
    posix_spawnattr_init: { arguments: ['buffer'], return: 'i32' },
    posix_spawnattr_setflags: { arguments: ['buffer', 'i16'], return: 'i32' },
    posix_spawnattr_setsigdefault: { arguments: ['buffer', 'buffer'], return: 'i32' },
    posix_spawnattr_setsigmask: { arguments: ['buffer', 'buffer'], return: 'i32' },
    posix_spawnattr_destroy: { arguments: ['buffer'], return: 'i32' },
    waitpid: { arguments: ['i32', 'buffer', 'i32'], return: 'i32' },
    pipe2: { arguments: ['buffer', 'i32'], return: 'i32' },
    dup: { arguments: ['i32'], return: 'i32' },
    dup2: { arguments: ['i32', 'i32'], return: 'i32' },
    lseek: { arguments: ['i32', 'i64', 'i32'], return: 'i64' },
    fcntl: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
    poll: { arguments: ['buffer', 'u64', 'i32'], return: 'i32' },
    uv_run: { arguments: ['pointer', 'i32'], return: 'i32' },
    getpid: { arguments: [], return: 'i32' },
    getppid: { arguments: [], return: 'i32' },
    fork: { arguments: [], return: 'i32' },
    execve: { arguments: ['string', 'buffer', 'buffer'], return: 'i32' },
    _exit: { arguments: ['i32'], return: 'void' },
    signal: { arguments: ['i32', 'u64'], return: 'u64' },
    madvise: { arguments: ['u64', 'u64', 'i32'], return: 'i32' },
    syscall: { arguments: ['i64', 'i64', 'i64', 'i64', 'i64', 'i64'], return: 'i64' },
    uv_loop_fork: { arguments: ['pointer'], return: 'i32' },
    mknod: { arguments: ['string', 'u32', 'u64'], return: 'i32' },
    sync: { arguments: [], return: 'void' },
    __errno_location: { arguments: [], return: 'pointer' },
  })
}

let loaded: ReturnType<typeof load> | undefined

/** Its functions; each of them may have effects that others see. */
export function libc(): ReturnType<typeof load>['functions'] {
  finishDeferredWork()
  loaded ??= load()
  return loaded.functions
}

/** The C variable errno after a failed call. */
export function errno(): number {
  return ffi().getInt32(libc().__errno_location())
}
