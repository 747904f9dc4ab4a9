/** Numbers as `format` writes them: decimals rounded to so many digits, Roman numerals, English words. */

/** VALUE with COUNT digits after the point, rounded exactly, halves up. */
export function roundDecimal(value: number, count: number): string {
  if (value < 1e21 && count <= 20) {
    const shortest = positional(value)
    // What is printed is rounded, not the exact binary value: 0.125 to two digits is 0.13.
    const [whole = '0', fraction = ''] = shortest.split('.')
    if (fraction.length <= count)
      return `${whole}.${fraction === '0' && count === 0 ? '' : fraction.padEnd(count, '0').slice(0, count)}`
    const kept = BigInt(whole + fraction.slice(0, count))
    const up = fraction.charCodeAt(count) >= 53
    const digits = String(up ? kept + 1n : kept).padStart(count + 1, '0')
    return `${digits.slice(0, digits.length - count)}.${digits.slice(digits.length - count)}`
  }
  return value.toFixed(Math.min(100, count))
}
export function toScaled(value: number, scale: number): number {
  return Number(`${value}e${scale}`)
}
/** Positional notation with at least one digit on each side. */
export function positional(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e')
  if (exponent === undefined) return mantissa.includes('.') ? mantissa : `${mantissa}.0`
  const power = Number(exponent)
  const digits = mantissa.replace('.', '')
  if (power >= 0) return `${digits.padEnd(power + 1, '0')}.0`
  return `0.${'0'.repeat(-power - 1)}${digits}`
}

export function roman(value: number, old: boolean): string {
  const table: readonly (readonly [number, string])[] = old
    ? [
        [1000, 'M'],
        [500, 'D'],
        [100, 'C'],
        [50, 'L'],
        [10, 'X'],
        [5, 'V'],
        [1, 'I'],
      ]
    : [
        [1000, 'M'],
        [900, 'CM'],
        [500, 'D'],
        [400, 'CD'],
        [100, 'C'],
        [90, 'XC'],
        [50, 'L'],
        [40, 'XL'],
        [10, 'X'],
        [9, 'IX'],
        [5, 'V'],
        [4, 'IV'],
        [1, 'I'],
      ]
  let left = value
  let result = ''
  for (const [amount, letters] of table)
    while (left >= amount) {
      result += letters
      left -= amount
    }
  return result
}
const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const periods = [
  '',
  ' thousand',
  ' million',
  ' billion',
  ' trillion',
  ' quadrillion',
  ' quintillion',
  ' sextillion',
  ' septillion',
  ' octillion',
  ' nonillion',
  ' decillion',
]
function below1000(n: number): string {
  const hundreds = Math.floor(n / 100)
  const rest = n % 100
  const parts: string[] = []
  if (hundreds > 0) parts.push(`${ones[hundreds]} hundred`)
  if (rest > 0)
    parts.push(
      rest < 20 ? (ones[rest] ?? '') : `${tens[Math.floor(rest / 10)]}${rest % 10 > 0 ? `-${ones[rest % 10]}` : ''}`,
    )
  return parts.join(' ')
}
export function cardinal(value: bigint): string {
  if (value === 0n) return 'zero'
  if (value < 0n) return `minus ${cardinal(-value)}`
  const parts: string[] = []
  let left = value
  for (let i = 0; left > 0n; i++) {
    const group = Number(left % 1000n)
    if (group > 0) parts.unshift(below1000(group) + (periods[i] ?? ` times ten to the ${ordinal(BigInt(i * 3))} power`))
    left /= 1000n
  }
  return parts.join(', ')
}
const ordinals: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
}
export function ordinal(value: bigint): string {
  return cardinal(value).replace(
    /[a-z]+$/,
    (word) => ordinals[word] ?? (word.endsWith('y') ? `${word.slice(0, -1)}ieth` : `${word}th`),
  )
}
