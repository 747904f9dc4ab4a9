/** Kills strata at random moments of what it does to a store, and looks whether the store survived. */
import { randomNumbers } from './random.ts'
import type { Action, World } from './world.ts'

export interface KillOptions {
  readonly kills: number
  readonly seed: number
  readonly onProgress?: (line: string) => void
}

export interface KillReport {
  /** Kills that met a running process, by action. */
  readonly kills: ReadonlyMap<string, number>
  readonly problems: readonly string[]
}

/** Start ACTION and kill it after DELAY milliseconds; whether it still ran. Half the time with what it started. */
async function kill(world: World, action: Action, delay: number, group: boolean): Promise<boolean> {
  const child = world.start(action)
  const { promise: ended, resolve } = Promise.withResolvers<boolean>()
  child.once('exit', (_, signal) => resolve(signal === 'SIGKILL'))
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(group ? -child.pid : child.pid, 'SIGKILL')
  }, delay)
  const killed = await ended
  clearTimeout(timer)
  return killed
}

export async function killAtRandom(world: World, options: KillOptions): Promise<KillReport> {
  const random = randomNumbers(options.seed)
  const names = [...world.actions.keys()]
  const durations = new Map<string, number>()
  const kills = new Map<string, number>()
  const problems: string[] = []
  const note = (context: string, found: readonly string[]): void => {
    for (const line of found) {
      problems.push(`${context}: ${line}`)
      options.onProgress?.(`PROBLEM ${context}: ${line}`)
    }
  }
  const complete = (action: Action): void => {
    const begin = performance.now()
    const { status, signal, output } = world.run(action)
    durations.set(action.name, performance.now() - begin)
    if (status !== 0) note(action.name, [`ended with ${signal ?? status}: ${output}`])
    else if (action.makes !== undefined) {
      const missing = world.withStore((store) => action.makes?.filter((path) => !store.database.isValid(path)))
      note(action.name, missing?.map((path) => `${path} was not made`) ?? [])
    }
  }
  for (const name of names) {
    const action = world.actions.get(name)?.()
    if (action !== undefined) complete(action)
  }
  let done = 0
  for (let attempt = 0; done < options.kills; attempt++) {
    const name = names[attempt % names.length] ?? ''
    const action = world.actions.get(name)?.()
    if (action === undefined) break
    const delay = (durations.get(name) ?? 500) * (0.1 + 0.95 * random())
    if (await kill(world, action, delay, random() < 0.5 || action.together === true)) {
      done++
      kills.set(name, (kills.get(name) ?? 0) + 1)
    }
    const context = `${name} killed after ${delay.toFixed(0)} ms (kill ${done})`
    // A builder notices the end of strata, and ends, a moment later.
    await new Promise((resolve) => setTimeout(resolve, 30))
    note(context, world.problems())
    if (random() < 0.3) note(`collection after ${context}`, world.leftovers())
    // What was killed must succeed when it is tried again; deletions have nothing to delete any more.
    if (name !== 'generations' && name !== 'delete' && random() < 0.4) complete(action)
    if (attempt % 25 === 24) options.onProgress?.(`${done} kills, ${problems.length} problems`)
  }
  note('at the end', [...world.leftovers(), ...world.problems()])
  return { kills, problems }
}
