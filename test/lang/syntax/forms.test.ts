import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { guileValuesOfForms, valuesOfForms } from '../../support/forms.ts'

const directory = join(import.meta.dirname, 'forms')
const files = readdirSync(directory).filter((name) => name.endsWith('.scm'))

describe.each(files)('%s', (name) => {
  const path = join(directory, name)
  const values = (): string[] => valuesOfForms(readFileSync(path, 'utf8'))

  test('its forms have the recorded values', async () => {
    await expect(`${values().join('\n')}\n`).toMatchFileSnapshot(path.replace(/scm$/, 'expected'))
  })

  test('its forms have the values Guile gives them', (context) => {
    const expected = name.startsWith('beyond') ? undefined : guileValuesOfForms(path)
    if (expected === undefined) return context.skip()
    expect(values()).toEqual(expected)
  })
})
