import { expect, test } from 'vitest'
import { decodeSource } from '../../../lang/source/index.ts'

test('a comment near the beginning says how a file is encoded; otherwise it is UTF-8', () => {
  const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
  expect(decodeSource(latin(';;; x.scm -*- mode: scheme; coding: iso-8859-1 -*-\n"\xe9"'))).toContain('"é"')
  expect(decodeSource(latin(';; coding: iso-8859-7\n"\xe1"'))).toContain('"α"')
  expect(decodeSource(new TextEncoder().encode(';; -*- coding: utf-8 -*-\n"é"'))).toContain('"é"')
  expect(decodeSource(new TextEncoder().encode('(define coding: 1) "é"'))).toContain('"é"')
  expect(decodeSource(new TextEncoder().encode(';; coding: no-such-thing\n"é"'))).toContain('"é"')
})
