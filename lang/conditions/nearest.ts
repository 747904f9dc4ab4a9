/** Did you mean …: the name that a mistyped one stands for. */

/** The name nearest to NAME, if any is near: at most a third of its letters differ. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  // Of one or two letters every name is near.
  let least = Math.floor(name.length / 3) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= least || candidate === name) continue
    const distance = editDistance(name, candidate, least)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** Edits from A to B: letters put in, left out, changed, or swapped with the next; LIMIT when it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let value = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1)
      }
      row.push(value)
      least = Math.min(least, value)
    }
    if (least >= limit) return limit
    beforeLast = previous
    previous = row
  }
  return previous[b.length] ?? limit
}
