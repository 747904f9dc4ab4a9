/** Processes through the C library: status, pipes, descriptors, signals as children expect them. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDescriptor } from '../../../build-side/posix/descriptors.ts'
import { openPipe, spawnProcess, waitFor } from '../../../build-side/posix/index.ts'

function output(script: string): string {
  const [read, write] = openPipe()
  const pid = spawnProcess({ program: 'sh', args: ['sh', '-c', script], descriptors: [[1, write]] })
  closeSync(write)
  const parts: Buffer[] = []
  for (let part = readDescriptor(read, 4096); part.length > 0; part = readDescriptor(read, 4096))
    parts.push(Buffer.from(part))
  closeSync(read)
  waitFor(pid)
  return Buffer.concat(parts).toString()
}

test('the status tells exit codes and signals', () => {
  expect(waitFor(spawnProcess({ program: 'sh', args: ['sh', '-c', 'exit 3'] })).status).toBe(3 << 8)
  expect(waitFor(spawnProcess({ program: 'sh', args: ['sh', '-c', 'kill -TERM $$'] })).status).toBe(15)
})

test('a program that does not exist is ENOENT', () => {
  expect(spawnProcess({ program: 'no-such-program-here', args: ['x'] })).toBe(-2)
})

test('what a child writes comes through a pipe', () => {
  expect(output('echo one; echo two >&2 2>/dev/null; echo three')).toContain('three\n')
})

test('children have SIGPIPE at its default, unlike Node itself', () => {
  expect(output('yes | head -1; (yes; echo "status $?" >&2) 2>&1 >/dev/full | grep -c status || true')).toMatch(/^y\n/)
})

test('descriptors can be given to files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'strata-spawn-'))
  try {
    const file = join(directory, 'out')
    const fd = openSync(file, 'w')
    waitFor(spawnProcess({ program: 'echo', args: ['echo', 'hello'], descriptors: [[1, fd]] }))
    closeSync(fd)
    expect(readFileSync(file, 'utf8')).toBe('hello\n')
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('arguments and environment arrive as they are, in any script', () => {
  const [read, write] = openPipe()
  const pid = spawnProcess({
    program: 'sh',
    args: ['sh', '-c', 'printf "%s|%s" "$1" "$V"', 'sh', 'a "b" λ'],
    environment: ['V=é x', `PATH=${process.env.PATH}`],
    descriptors: [[1, write]],
  })
  closeSync(write)
  expect(Buffer.from(readDescriptor(read, 4096)).toString()).toBe('a "b" λ|é x')
  closeSync(read)
  waitFor(pid)
})
