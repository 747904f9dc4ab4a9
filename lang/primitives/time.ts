/** Time as the language knows it: clocks of the JavaScript host. Calendars are in build-side/posix. */
import { Pair } from '../values/index.ts'
import { primitives } from './define.ts'

const guile = primitives('(guile)')

guile('current-time', [], 'Return the seconds since the epoch.', () => Math.floor(Date.now() / 1000))
guile('gettimeofday', [], 'Return the seconds and microseconds since the epoch.', () => {
  const now = performance.timeOrigin + performance.now()
  return new Pair(Math.floor(now / 1000), Math.floor((now % 1000) * 1000))
})
guile('get-internal-real-time', [], 'Return the time since start-up, in internal units.', () =>
  Math.round(performance.now() * 1e6),
)
guile('%internal-time-units-per-second', [], 'Return the number of internal units in a second.', () => 1_000_000_000)
