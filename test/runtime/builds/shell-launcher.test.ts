import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { shellCommand } from '../../../runtime/builds/index.ts'
import { seededStore } from '../../support/seeded-store.ts'

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('a program on the host with the store shown', () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  const directory = mkdtempSync(join(tmpdir(), 'strata-view-'))
  afterAll(() => {
    store.close()
    rmSync(directory, { recursive: true })
  })

  async function run(script: string): Promise<{ output: string; status: number | null; signal: string | null }> {
    const bin = `${outputPath(seed.tools)}/bin`
    const command = await shellCommand(
      store,
      {
        program: 'bash',
        arguments: ['bash', '--norc', '-c', script],
        environment: new Map([
          ['PATH', bin],
          ['PLACE', directory],
        ]),
      },
      {},
      () => {},
    )
    const [argv0, ...rest] = command.arguments
    const result = spawnSync(command.file, rest, {
      argv0: argv0 ?? '',
      env: command.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { output: `${result.stdout}${result.stderr}`, status: result.status, signal: result.signal }
  }

  it('finds programs of the store under their names', async () => {
    const { output } = await run('readlink -f "$(type -p sed)"')
    expect(output).toBe(`${outputPath(seed.tools)}/bin/sed\n`)
  })

  it('is the same user, in the same place, with the same files', async () => {
    const { output } = await run('echo written > $PLACE/file; id -u; pwd')
    expect(output).toBe(`${process.geteuid?.()}\n${process.cwd()}\n`)
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('written\n')
  })

  it('cannot change the store', async () => {
    expect((await run(`touch ${outputPath(seed.tools)}/x`)).output).toContain('Read-only file system')
  })

  it('ends as it ends by itself', async () => {
    expect((await run('exit 7')).status).toBe(7)
    expect((await run('kill -TERM $$')).signal).toBe('SIGTERM')
  })
})
