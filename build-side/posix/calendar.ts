/** Calendar time: gmtime, localtime, mktime, strftime, strptime; clocks of the process; sleeping. */
import { wrongType } from '../../lang/conditions/index.ts'
import { any, index, optional, primitives, real, string, toDouble } from '../../lang/primitives/index.ts'
import { Pair, SchemeString, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { raiseSystemError } from './errors.ts'
import { sleepFor } from './signals.ts'

const guile = primitives('(guile)')
const text = (value: string) => new SchemeString(value)
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

function dayOfYear(year: number, month: number, day: number): number {
  return Math.round((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86400000)
}
/** Guile's broken-down time: a vector of eleven. */
function brokenDown(date: Date, utc: boolean, zone: string, west: number): Value[] {
  const get = utc
    ? {
        s: date.getUTCSeconds(),
        m: date.getUTCMinutes(),
        h: date.getUTCHours(),
        d: date.getUTCDate(),
        mon: date.getUTCMonth(),
        y: date.getUTCFullYear(),
        w: date.getUTCDay(),
      }
    : {
        s: date.getSeconds(),
        m: date.getMinutes(),
        h: date.getHours(),
        d: date.getDate(),
        mon: date.getMonth(),
        y: date.getFullYear(),
        w: date.getDay(),
      }
  const winter = Math.max(new Date(get.y, 0, 1).getTimezoneOffset(), new Date(get.y, 6, 1).getTimezoneOffset())
  const daylight = !utc && date.getTimezoneOffset() < winter ? 1 : 0
  return [
    get.s,
    get.m,
    get.h,
    get.d,
    get.mon,
    get.y - 1900,
    get.w,
    dayOfYear(get.y, get.mon, get.d),
    daylight,
    west,
    text(zone),
  ]
}
function zoneName(date: Date): string {
  const part = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
    .formatToParts(date)
    .find((p) => p.type === 'timeZoneName')
  return part?.value ?? 'UTC'
}
function seconds(name: string, value: Value): number {
  return typeof value === 'number' ? value : wrongType(name, 1, value, 'exact integer')
}
guile('gmtime', [any('time')], 'Return the broken-down UTC time of TIME.', (time) =>
  brokenDown(new Date(seconds('gmtime', time) * 1000), true, 'GMT', 0),
)
guile(
  'localtime',
  [any('time'), optional(string('zone'))],
  'Return the broken-down local time of TIME.',
  (time, zone) =>
    withZone(zone, () => {
      const date = new Date(seconds('localtime', time) * 1000)
      return brokenDown(date, false, zoneName(date), date.getTimezoneOffset() * 60)
    }),
)
/** V8 looks at TZ again after an assignment. */
function withZone<T>(zone: SchemeString | undefined, act: () => T): T {
  if (zone === undefined) return act()
  const previous = process.env.TZ
  process.env.TZ = zone.toString()
  try {
    return act()
  } finally {
    if (previous === undefined) delete process.env.TZ
    else process.env.TZ = previous
  }
}
interface Parts {
  sec: number
  min: number
  hour: number
  mday: number
  mon: number
  year: number
  wday: number
  yday: number
  offset: number
  zone: string
}
function partsOf(name: string, position: number, value: Value): Parts {
  if (!Array.isArray(value) || value.length < 11) return wrongType(name, position, value, 'broken-down time')
  const n = (i: number) => Number(value[i])
  return {
    sec: n(0),
    min: n(1),
    hour: n(2),
    mday: n(3),
    mon: n(4),
    year: n(5),
    wday: n(6),
    yday: n(7),
    offset: n(9),
    zone: value[10] instanceof SchemeString ? value[10].toString() : '',
  }
}
guile(
  'mktime',
  [any('sbd-time'), optional(string('zone'))],
  'Return the seconds of the local broken-down time, and it normalized.',
  (value, zone) =>
    withZone(zone, () => {
      const t = partsOf('mktime', 1, value)
      const date = new Date(t.year + 1900, t.mon, t.mday, t.hour, t.min, t.sec)
      return new Pair(
        Math.floor(date.getTime() / 1000),
        brokenDown(date, false, zoneName(date), date.getTimezoneOffset() * 60),
      )
    }),
)

const two = (n: number) => String(n).padStart(2, '0')
const blank = (n: number) => String(n).padStart(2, ' ')
/** ISO 8601 week and the year it belongs to. */
function isoWeek(t: Parts): [number, number] {
  const weekday = (t.wday + 6) % 7
  const week = Math.floor((t.yday - weekday + 10) / 7)
  const year = t.year + 1900
  const weeksIn = (y: number) => {
    const first = new Date(Date.UTC(y, 0, 1)).getUTCDay()
    return first === 4 ||
      (first === 3 && dayOfYear(y + 1, 0, 1) >= 0 && new Date(Date.UTC(y, 1, 29)).getUTCMonth() === 1)
      ? 53
      : 52
  }
  if (week < 1) return [weeksIn(year - 1), year - 1]
  return week > weeksIn(year) ? [1, year + 1] : [week, year]
}
function strftime(format: string, t: Parts): string {
  const year = t.year + 1900
  return format.replace(/%[-_0^#]?[EO]?([\s\S])/g, (all, letter: string) => {
    const flag = all.charAt(1)
    const formatted = directive(letter)
    if (formatted === undefined) return all
    if (flag === '-') return formatted.replace(/^[0 ]+(?=.)/, '')
    if (flag === '_') return formatted.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length))
    return flag === '^' ? formatted.toUpperCase() : formatted
  })
  function directive(letter: string): string | undefined {
    switch (letter) {
      case 'a':
        return (DAYS[t.wday] ?? '').slice(0, 3)
      case 'A':
        return DAYS[t.wday] ?? ''
      case 'b':
      case 'h':
        return (MONTHS[t.mon] ?? '').slice(0, 3)
      case 'B':
        return MONTHS[t.mon] ?? ''
      case 'c':
        return strftime('%a %b %e %H:%M:%S %Y', t)
      case 'C':
        return two(Math.floor(year / 100))
      case 'd':
        return two(t.mday)
      case 'D':
        return strftime('%m/%d/%y', t)
      case 'e':
        return blank(t.mday)
      case 'F':
        return strftime('%Y-%m-%d', t)
      case 'g':
        return two(isoWeek(t)[1] % 100)
      case 'G':
        return String(isoWeek(t)[1])
      case 'H':
        return two(t.hour)
      case 'I':
        return two(t.hour % 12 || 12)
      case 'j':
        return String(t.yday + 1).padStart(3, '0')
      case 'k':
        return blank(t.hour)
      case 'l':
        return blank(t.hour % 12 || 12)
      case 'm':
        return two(t.mon + 1)
      case 'M':
        return two(t.min)
      case 'n':
        return '\n'
      case 'p':
        return t.hour < 12 ? 'AM' : 'PM'
      case 'P':
        return t.hour < 12 ? 'am' : 'pm'
      case 'r':
        return strftime('%I:%M:%S %p', t)
      case 'R':
        return strftime('%H:%M', t)
      case 's':
        return String(Math.floor(Date.UTC(year, t.mon, t.mday, t.hour, t.min, t.sec) / 1000) + t.offset)
      case 'S':
        return two(t.sec)
      case 't':
        return '\t'
      case 'T':
        return strftime('%H:%M:%S', t)
      case 'u':
        return String(t.wday || 7)
      case 'U':
        return two(Math.floor((t.yday + 7 - t.wday) / 7))
      case 'V':
        return two(isoWeek(t)[0])
      case 'w':
        return String(t.wday)
      case 'W':
        return two(Math.floor((t.yday + 7 - ((t.wday + 6) % 7)) / 7))
      case 'x':
        return strftime('%m/%d/%y', t)
      case 'X':
        return strftime('%H:%M:%S', t)
      case 'y':
        return two(year % 100)
      case 'Y':
        return String(year)
      case 'z': {
        const minutes = Math.round(-t.offset / 60)
        return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`
      }
      case 'Z':
        return t.zone
      case '%':
        return '%'
      default:
        return undefined
    }
  }
}
guile('strftime', [string('format'), any('time')], 'Return the broken-down TIME as FORMAT says.', (format, time) =>
  text(strftime(format.toString(), partsOf('strftime', 2, time))),
)

guile(
  'strptime',
  [string('format'), string('string')],
  'Parse STRING as FORMAT says; return the broken-down time and how many characters were read.',
  (format, input) => {
    const t: Parts = { sec: 0, min: 0, hour: 0, mday: 0, mon: 0, year: 0, wday: 0, yday: 0, offset: 0, zone: '' }
    const subject = input.toString()
    let at = 0
    let afternoon: boolean | undefined
    const fail = (): never => raiseSystemError('strptime', 22)
    const take = (pattern: RegExp): string => {
      const match = pattern.exec(subject.slice(at))
      if (match === null || match.index !== 0) return fail()
      at += match[0].length
      return match[0]
    }
    const numeric = (digits: number) => Number(take(new RegExp(`^\\s*[+-]?\\d{1,${digits}}`)))
    const name = (names: readonly string[]) => {
      const rest = subject.slice(at).toLowerCase()
      for (const length of [99, 3])
        for (const [i, candidate] of names.entries()) {
          const wanted = candidate.slice(0, length).toLowerCase()
          if (rest.startsWith(wanted)) {
            at += wanted.length
            return i
          }
        }
      return fail()
    }
    const parse = (pattern: string): void => {
      for (let i = 0; i < pattern.length; i++) {
        const c = pattern.charAt(i)
        if (/\s/.test(c)) {
          take(/^\s*/)
          continue
        }
        if (c !== '%') {
          if (subject.charAt(at) !== c) fail()
          at++
          continue
        }
        switch (pattern.charAt(++i)) {
          case 'a':
          case 'A':
            t.wday = name(DAYS)
            break
          case 'b':
          case 'B':
          case 'h':
            t.mon = name(MONTHS)
            break
          case 'd':
          case 'e':
            t.mday = numeric(2)
            break
          case 'D':
            parse('%m/%d/%y')
            break
          case 'F':
            parse('%Y-%m-%d')
            break
          case 'H':
          case 'k':
            t.hour = numeric(2)
            break
          case 'I':
          case 'l':
            t.hour = numeric(2) % 12
            break
          case 'j':
            t.yday = numeric(3) - 1
            break
          case 'm':
            t.mon = numeric(2) - 1
            break
          case 'M':
            t.min = numeric(2)
            break
          case 'n':
          case 't':
            take(/^\s*/)
            break
          case 'p':
            afternoon = take(/^[AaPp][Mm]/).toLowerCase() === 'pm'
            break
          case 'R':
            parse('%H:%M')
            break
          case 's': {
            const date = new Date(numeric(18) * 1000)
            Object.assign(t, {
              sec: date.getSeconds(),
              min: date.getMinutes(),
              hour: date.getHours(),
              mday: date.getDate(),
              mon: date.getMonth(),
              year: date.getFullYear() - 1900,
            })
            break
          }
          case 'S':
            t.sec = numeric(2)
            break
          case 'T':
            parse('%H:%M:%S')
            break
          case 'y': {
            const year = numeric(2)
            t.year = year < 69 ? year + 100 : year
            break
          }
          case 'Y':
            t.year = numeric(4) - 1900
            break
          case 'z': {
            const zone = take(/^\s*(?:Z|[+-]\d{2}:?\d{2})/).trim()
            if (zone !== 'Z') {
              const digits = zone.replace(':', '')
              t.offset =
                -(digits.startsWith('-') ? -1 : 1) *
                (Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60)
            }
            break
          }
          case 'Z':
            t.zone = take(/^[A-Za-z]+/)
            break
          case '%':
            take(/^%/)
            break
          default:
            fail()
        }
      }
    }
    parse(format.toString())
    if (afternoon === true) t.hour += 12
    if (t.mday > 0) {
      const date = new Date(Date.UTC(t.year + 1900, t.mon, t.mday))
      t.wday = date.getUTCDay()
      t.yday = dayOfYear(t.year + 1900, t.mon, t.mday)
    }
    return new Pair(
      [t.sec, t.min, t.hour, t.mday, t.mon, t.year, t.wday, t.yday, 0, t.offset, t.zone === '' ? false : text(t.zone)],
      at,
    )
  },
)

guile('tzset', [], 'Look at the time zone of the environment again.', () => UNSPECIFIED)
guile('times', [], 'Return the real and processor times used, in internal units.', () => {
  const used = process.cpuUsage()
  return [Math.round(performance.now() * 1e6), used.user * 1000, used.system * 1000, 0, 0]
})
guile('get-internal-run-time', [], 'Return the processor time used, in internal units.', () => {
  const used = process.cpuUsage()
  return (used.user + used.system) * 1000
})
guile('sleep', [real('seconds')], 'Wait for SECONDS; return how many are left after a signal.', (s) =>
  Math.round(sleepFor(toDouble(s) * 1000) / 1000),
)
guile('usleep', [index('microseconds')], 'Wait for MICROSECONDS; return how many are left after a signal.', (us) =>
  Math.round(sleepFor(us / 1000) * 1000),
)
