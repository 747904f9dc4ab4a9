/** Some thousands of hostile inputs for each format; `npm run fuzz` tries a million. */
import { describe, expect, test } from 'vitest'
import { formats } from '../../harness/fuzz/formats.ts'
import { fuzz } from '../../harness/fuzz/fuzz.ts'
import { sessions } from '../../harness/fuzz/sessions.ts'

describe('hostile inputs', () => {
  test.each([...formats, sessions])('$name: are read as they are, or refused', async (format) => {
    const runs = format === sessions ? 300 : 3000
    const { failures, accepted, refused } = await fuzz(format, runs, Date.now() & 0x7fffffff)
    expect(failures).toEqual([])
    expect(accepted + refused).toBe(runs)
  })
})
