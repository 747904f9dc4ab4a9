/** The picture that `strata size --map-file` draws: a pie of what a closure consists of, as SVG.
 *  Pure: from sizes to text. */

interface ItemSize {
  readonly item: string
  readonly self: number
}

/** Items below this share of the whole are drawn together. */
const SMALLEST = 0.01
const RADIUS = 200
const CENTRE = 240
const WIDTH = 900

/** ITEMS, which take TOTAL bytes together, as an SVG document. */
export function sizeMap(items: readonly ItemSize[], total: number): string {
  const large = items.filter(({ self }) => self >= SMALLEST * total).sort((a, b) => b.self - a.self)
  const rest = total - large.reduce((sum, { self }) => sum + self, 0)
  const parts = [
    ...large.map(({ item, self }) => ({ name: item.replace(/^.*\/[a-z0-9]{32}-/, ''), size: self })),
    ...(rest > 0 ? [{ name: 'other', size: rest }] : []),
  ]
  const height = Math.max(2 * CENTRE, 60 + 22 * parts.length)
  let angle = 0
  const drawn = parts.map(({ name, size }, index) => {
    const share = total === 0 ? 0 : size / total
    const colour = name === 'other' ? '#999999' : `hsl(${Math.round((index * 360) / parts.length)}, 60%, 60%)`
    const label = `${escaped(name)}: ${(size / 2 ** 20).toFixed(1)} MiB (${(100 * share).toFixed(1)}%)`
    const slice = `  <path d="${sector(angle, share)}" fill="${colour}" stroke="white"><title>${label}</title></path>`
    angle += share
    const y = 50 + 22 * index
    return [
      slice,
      `  <rect x="${2 * CENTRE + 20}" y="${y - 11}" width="14" height="14" fill="${colour}"/>`,
      `  <text x="${2 * CENTRE + 42}" y="${y}">${label}</text>`,
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="14">`,
    `  <text x="20" y="24" font-size="18">store profile: ${(total / 2 ** 20).toFixed(1)} MiB</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}

/** The path of the part of the pie from START, with SHARE of it, both in turns. */
function sector(start: number, share: number): string {
  // A whole circle is no arc: its ends are one point.
  if (share > 0.9999) {
    const [left, right] = [CENTRE - RADIUS, CENTRE + RADIUS]
    return `M ${left} ${CENTRE} A ${RADIUS} ${RADIUS} 0 1 1 ${right} ${CENTRE} A ${RADIUS} ${RADIUS} 0 1 1 ${left} ${CENTRE} Z`
  }
  const end = start + share
  return `M ${CENTRE} ${CENTRE} L ${point(start)} A ${RADIUS} ${RADIUS} 0 ${share > 0.5 ? 1 : 0} 1 ${point(end)} Z`
}

function point(turn: number): string {
  const angle = 2 * Math.PI * (turn - 0.25)
  return `${(CENTRE + RADIUS * Math.cos(angle)).toFixed(2)} ${(CENTRE + RADIUS * Math.sin(angle)).toFixed(2)}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
