/** Commands that measure: time, where the time goes, which procedures are called. */
import { PerformanceObserver, performance } from 'node:perf_hooks'
import { type Sample, startProfiler, stopProfiler } from '../../../build-side/index.ts'
import type { Value } from '../../../lang/values/index.ts'
import { CommandError, type Session } from '../session.ts'
import type { ReplCommand } from './command.ts'

function evaluated(session: Session, argument: string): Value[] {
  if (argument === '') throw new CommandError('an expression is needed')
  return session.evaluateText(argument)
}

const time: ReplCommand = {
  names: ['time', 't'],
  group: 'profile',
  usage: 'EXP',
  doc: 'Time the evaluation of an expression.',
  completes: 'binding',
  async run(session, argument) {
    let collecting = 0
    const observer = new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) collecting += entry.duration
    })
    observer.observe({ entryTypes: ['gc'] })
    const cpu = process.cpuUsage()
    const start = performance.now()
    const values = evaluated(session, argument)
    const wall = performance.now() - start
    const { user, system } = process.cpuUsage(cpu)
    for (const value of values) session.print(value)
    // The collector's times arrive with the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    observer.disconnect()
    const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(6)}s`
    session.write(
      `;; ${seconds(wall)} real time, ${seconds((user + system) / 1000)} run time.  ${seconds(collecting)} spent in GC.\n`,
    )
  },
}

const profile: ReplCommand = {
  names: ['profile', 'pr'],
  group: 'profile',
  usage: 'EXP',
  doc: 'Profile the execution of an expression: the share of time spent in each procedure.',
  completes: 'binding',
  run(session, argument) {
    startProfiler(500)
    let values: Value[]
    let samples: Sample[]
    try {
      values = evaluated(session, argument)
    } finally {
      samples = stopProfiler()
    }
    const self = new Map<string, number>()
    let total = 0
    for (const { microseconds, stack } of samples) {
      const name = stack[0]?.name ?? 'lambda'
      total += microseconds
      self.set(name, (self.get(name) ?? 0) + microseconds)
    }
    session.write('%     self\ntime  seconds  procedure\n')
    const rows = [...self].sort(([, a], [, b]) => b - a).slice(0, 30)
    for (const [name, microseconds] of rows) {
      const share = ((100 * microseconds) / Math.max(total, 1)).toFixed(1).padStart(5)
      session.write(`${share} ${(microseconds / 1e6).toFixed(3).padStart(8)}  ${name}\n`)
    }
    session.write(`---\nTotal time: ${(total / 1e6).toFixed(3)} seconds\n`)
    for (const value of values) session.print(value)
  },
}

const trace: ReplCommand = {
  names: ['trace', 'tr'],
  group: 'profile',
  usage: 'EXP',
  doc: 'Trace the calls of the procedures that the current module defines, while an expression is evaluated.',
  completes: 'binding',
  run(session, argument) {
    const { interpreter, module } = session
    const wrap = interpreter.lookup(['system', 'vm', 'trace'], 'traced-procedure')
    const traced = [...module.bindings].flatMap(([name, variable]) => {
      const original = variable.value
      return typeof original === 'function' ? [{ name, variable, original }] : []
    })
    try {
      for (const { name, variable, original } of traced) variable.value = interpreter.call(wrap, name, original)
      for (const value of evaluated(session, argument)) session.print(value)
    } finally {
      for (const { variable, original } of traced) variable.value = original
    }
  },
}

export const profileCommands: readonly ReplCommand[] = [time, profile, trace]
