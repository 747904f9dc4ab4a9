import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writeString } from '../../../lang/primitives/index.ts'
import { DatumReader, parseNumber, readDatum } from '../../../lang/reader/index.ts'
import { formatSpan, SourceFile } from '../../../lang/source/index.ts'
import { list, Pair, SourcePair, type Value } from '../../../lang/values/index.ts'
import { guile } from '../../support/language.ts'

/** The data of TEXT as `write` shows them, and what stops the reading. */
function read(text: string, options = {}): string[] {
  const reader = new DatumReader(new SourceFile('text', text), options)
  const shown: string[] = []
  for (;;) {
    const result = reader.next()
    if (result.kind === 'end') return shown
    if (result.kind === 'datum') shown.push(writeString(result.datum))
    else return [...shown, `${result.kind}: ${result.message}`]
  }
}

/** Read alike by Guile. */
const sharedWithGuile = [
  '(a . b) (a b . c) () [a b] (a . (b . (c)))',
  "'a `(b ,c ,@d) #'e #`f #,g #,@h",
  '"a\\n\\t\\\\\\"\\x41\\u0042\\U000043" "line\\\n   goes on"',
  '#\\a #\\space #\\newline #\\x41 #\\101 #\\( #\\; #\\nul #\\λ #\\x3bb #\\delete #\\tab',
  '#t #f #true #false',
  '1 -1 +1 1/2 -6/4 1.5 -0.5 .5 1. 1e3 1.5e-2 #xff #b-101 #o17 #e1.5 #i1/4 1s2 1f2 1d2 1l2',
  '+inf.0 -inf.0 1+2i +i -i 1.5-2.5i #x10/20 12345678901234567890 1/3',
  '- + ... -> 1+ 1- +a -a .a a.b a#b :a a: <=? {a} 1/2/3 1e 1.2.3 --1 +-1',
  "a'b foo|bar",
  '#:key #:a-b #(1 #(2) "x") #vu8(1 2 255)',
  '; comment\na #| block #| nested |# |# b #;(c d) e #;#;f g h',
  '#!/usr/bin/guile -s\n!#\na #!fold-case ABC #!no-fold-case ABC',
  '#{a b}# #{}# a\\x20;b',
  "(a #;b) '#;x y",
]

describe('data', () => {
  test.each(sharedWithGuile)('%s', (text) => {
    expect(read(text)).toMatchSnapshot()
  })

  test('Guile reads the same', (context) => {
    const script = `(for-each (lambda (text)
        (call-with-input-string text
          (lambda (port) (let loop () (let ((x (read port))) (unless (eof-object? x) (write x) (newline) (loop)))))))
      '(${sharedWithGuile.map((text) => writeString(stringValue(text))).join(' ')}))`
    const printed = guile(script)
    if (printed === undefined) return context.skip()
    expect(sharedWithGuile.flatMap((text) => read(text))).toEqual(printed.trimEnd().split('\n'))
  })

  test('#u8( is a bytevector of type u8, as in Guile', () => {
    expect(read('#u8(1 2)')).toEqual(['#u8(1 2)'])
  })

  test('the abbreviations of G-expressions', () => {
    expect(read('#~(a #$b #$@c #+d #+@e)')).toEqual([
      '(gexp (a (ungexp b) (ungexp-splicing c) (ungexp-native d) (ungexp-native-splicing e)))',
    ])
  })

  test('bars quote symbols in R7RS, elsewhere they are letters', () => {
    expect(read('|a b| |a\\|b| ||', { r7rs: true })).toEqual(['#{a b}#', 'a|b', '#{}#'])
    expect(read('|a b| a|b || #!r7rs |a b|')).toEqual(['|a', 'b|', 'a|b', '||', '#{a b}#'])
  })

  test('R7RS escapes eat the semicolon and the indentation after a continued line', () => {
    expect(read('"\\x41;b\\\n   c"', { r7rs: true })).toEqual(['"Abc"'])
    expect(read('"\\x41;b\\\n   c"')).toEqual(['"A;b   c"'])
  })

  test('datum labels make shared and cyclic structure', () => {
    const result = readDatum(new SourceFile('text', '#0=(a b . #0#)'), 0)
    if (result.kind !== 'datum' || !(result.datum instanceof Pair)) throw new Error('not a pair')
    const { datum } = result
    expect(datum.cdr instanceof Pair && datum.cdr.cdr === datum).toBe(true)
  })
})

function stringValue(text: string): Value {
  const result = readDatum(new SourceFile('text', JSON.stringify(text)), 0)
  if (result.kind !== 'datum') throw new Error('not a datum')
  return result.datum
}

describe('mistakes', () => {
  test.each([
    ['(a b', 'incomplete: unexpected end of input while searching for: ~A'],
    ['"abc', 'incomplete: unexpected end of input while reading string'],
    ['#| abc', "incomplete: unterminated `#| ... |#' comment"],
    ["'", 'incomplete: unexpected end of input while reading expression'],
    [')', 'malformed: unexpected ")"'],
    ['(a ]', 'malformed: mismatched close paren: ~A'],
    ['(a . b c)', 'malformed: missing close paren: ~A'],
    ['(a . )', 'malformed: unexpected ")"'],
    ['#<foo>', 'malformed: Unknown # object: ~S'],
    ['#\\foo', 'malformed: unknown character name ~a'],
    ['"\\q"', 'malformed: invalid character in escape sequence: ~S'],
    ['#vu8(256)', 'malformed: Value out of range: ~S'],
  ])('%s', (text, problem) => {
    expect(read(text)).toEqual([problem])
  })

  test('data before a mistake are read', () => {
    expect(read('a (b) )')).toEqual(['a', '(b)', 'malformed: unexpected ")"'])
  })

  test('the unclosed parenthesis is told', () => {
    const result = new DatumReader(new SourceFile('text', '(a\n (b c\n  (d)')).next()
    if (result.kind !== 'incomplete' || result.opening === undefined) throw new Error('not incomplete')
    expect(formatSpan(result.opening)).toBe('text:2:1')
  })
})

describe('places', () => {
  test('each pair knows where it was read', () => {
    const result = readDatum(new SourceFile('text', '\n  (a (b c)\n d)'), 0)
    if (result.kind !== 'datum' || !(result.datum instanceof SourcePair)) throw new Error('not located')
    expect(formatSpan(result.datum.span)).toBe('text:2:2')
    const inner = result.datum.cdr
    if (!(inner instanceof SourcePair)) throw new Error('not located')
    expect(formatSpan(inner.span)).toBe('text:2:5')
  })

  test('plain pairs on request', () => {
    const result = readDatum(new SourceFile('text', '(a)'), 0, { plainPairs: true })
    expect(result.kind === 'datum' && result.datum instanceof SourcePair).toBe(false)
  })
})

describe('one datum at a time', () => {
  test('reads the same as all at once, however long the data', () => {
    const text = `a (b "${'x'.repeat(3000)}" ${'(c) '.repeat(500)}) ; ${'y'.repeat(2000)}\n d #| ${'z'.repeat(999)} |# "e"`
    const source = new SourceFile('text', text)
    const shown: string[] = []
    for (let at = 0; ; ) {
      const result = readDatum(source, at)
      if (result.kind !== 'datum') break
      shown.push(writeString(result.datum))
      at = result.end
    }
    expect(shown).toEqual(read(text))
  })

  test('read-hash-extend procedures read on from their character', () => {
    const extension = (character: string, text: string, offset: number) => {
      if (character !== '%') return undefined
      const end = text.indexOf('%', offset)
      return { datum: list([text.slice(offset, end).length]), end: end + 1 }
    }
    expect(read('(a #%xyz% b) c', { extension })).toEqual(['(a (3) b)', 'c'])
  })
})

describe('properties', () => {
  const datum: fc.Arbitrary<string> = fc.letrec((tie) => ({
    datum: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('a', 'b-c', '1', '-2.5', '#t', '"s\\"t"', '#\\x', '#:k', '()', '1/3'),
      fc.array(tie('datum'), { maxLength: 4 }).map((items) => `(${items.join(' ')})`),
      fc.array(tie('datum'), { maxLength: 3 }).map((items) => `#(${items.join(' ')})`),
    ),
  })).datum as fc.Arbitrary<string>

  test('what is written is read back', () => {
    fc.assert(
      fc.property(datum, (text) => {
        const once = read(text)
        expect(read(once.join(' '))).toEqual(once)
      }),
    )
  })

  test.each([
    '1e1000000',
    '#e1e100000000',
    '1e99999999999999999999',
    '('.repeat(100_000),
    `${'('.repeat(50_000)}${')'.repeat(50_000)}`,
    `${"'".repeat(100_000)}a`,
    '#|'.repeat(50_000),
    '#;'.repeat(50_000),
    '#{'.repeat(50_000),
    '7'.repeat(200_000),
    '#99999999999(1)',
    '#1@999999999999(1)',
    '#f64(a)',
    '#*',
    '#!curly-infix {a + ',
    '#!curly-infix {a . b . c}',
    '#\\x110000',
    '|abc',
    '#{abc',
  ])('%# an extreme text is read or refused at once', (text) => {
    expect(Array.isArray(read(text))).toBe(true)
  })

  test('arrays, bit vectors and uniform vectors are read back', () => {
    const item = fc.integer({ min: 0, max: 127 })
    const literal = fc.oneof(
      fc.array(item).map((items) => `#s8(${items.join(' ')})`),
      fc.array(fc.boolean()).map((bits) => `#*${bits.map(Number).join('')}`),
      fc.tuple(item, item, item, item).map(([a, b, c, d]) => `#2u16((${a} ${b}) (${c} ${d}))`),
      fc.tuple(fc.integer({ min: -9, max: 9 }), item).map(([low, a]) => `#1@${low}(${a})`),
    )
    fc.assert(
      fc.property(literal, (text) => {
        const once = read(text)
        expect(once).toHaveLength(1)
        expect(read(once.join(' '))).toEqual(once)
      }),
    )
  })

  test('any text is read or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'()[]#|;"\\\'`,@.:ab1- \n!{}x') }), (text) => {
        expect(Array.isArray(read(text))).toBe(true)
      }),
    )
  })

  test('integers and doubles', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 2, max: 36 }), (n, radix) => {
        expect(writeString(parseNumber(n.toString(radix), radix))).toBe(n.toString())
      }),
    )
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(parseNumber(`${Object.is(x, -0) ? '-' : ''}${x.toExponential()}`)).toMatchObject({ value: x })
      }),
    )
  })
})
