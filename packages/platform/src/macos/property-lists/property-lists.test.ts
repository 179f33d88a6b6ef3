import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProcParseError } from '../../read-result.ts'
import { binaryList, type Written } from './binary-list-rig.ts'
import { parseBinaryList } from './parse-binary-list.ts'
import { parsePropertyList } from './parse-property-list.ts'
import { parseXmlList } from './parse-xml-list.ts'
import { type PropertyValue, isDictionary } from './property-value.ts'

/** As it was written: dictionaries as objects. */
function plain(value: PropertyValue): unknown {
  if (isDictionary(value))
    return Object.fromEntries(Array.from(value, ([key, each]) => [key, plain(each)]))
  return Array.isArray(value) ? value.map(plain) : value
}

/** null: it does not fail. */
function failureOf(run: () => unknown): unknown {
  try {
    run()
    return null
  } catch (error) {
    return error
  }
}

const written: fc.Arbitrary<Written> = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.stringMatching(/^[\p{L}\d ]*$/u),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(fc.stringMatching(/^[A-Za-z ()%]+$/), tie('value'), { maxKeys: 20 }),
  ),
})).value

describe('property lists in the binary form', () => {
  test('whatever was written is read', () => {
    fc.assert(
      fc.property(written, (value) => {
        expect(plain(parseBinaryList(binaryList(value)))).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  test('dates, and numbers without a sign', () => {
    expect(parseBinaryList(binaryList({ at: { epochMs: 1_764_200_000_000 } }))).toEqual(
      new Map([['at', { epochMs: 1_764_200_000_000 }]]),
    )
    expect(parseBinaryList(binaryList(-1500))).toBe(-1500)
  })

  test('texts come clean', () => {
    expect(parseBinaryList(binaryList('a\nb\u202e'))).toBe('a␊b\\u{202e}')
  })

  test('one that refers to itself, and one that would unfold without end', () => {
    // An array of itself: its only object refers to number 0.
    const itself = binaryList([true])
    itself.writeUInt16BE(0, 9)
    expect(() => parseBinaryList(itself)).toThrow(/too deep/)
    // Arrays of sixteen times the next array, ten deep: 2^40 values in some hundred bytes.
    const depth = 10
    const arrays = Array.from({ length: depth }, (_, i) =>
      Buffer.from([0xae, ...Array<number>(14).fill(i + 1)]),
    )
    const objects = [...arrays, Buffer.from([9])]
    let at = 8
    const offsets = objects.map((object) => {
      const offset = at
      at += object.length
      return offset
    })
    const trailer = Buffer.alloc(32)
    trailer[6] = 1
    trailer[7] = 1
    trailer.writeBigUInt64BE(BigInt(objects.length), 8)
    trailer.writeBigUInt64BE(BigInt(at), 24)
    const bomb = Buffer.concat([Buffer.from('bplist00'), ...objects, Buffer.from(offsets), trailer])
    expect(() => parseBinaryList(bomb)).toThrow(/too many values/)
  })

  test('whatever bytes are changed, it is read or refused', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(written, fc.array(change, { minLength: 1, maxLength: 4 }), (value, changes) => {
        const bytes = binaryList(value)
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        expect(failureOf(() => parseBinaryList(bytes))).toSatisfy(
          (error) => error === null || error instanceof ProcParseError,
        )
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['XML', Buffer.from(`<?xml version="1.0"?><plist><true/></plist>${' '.repeat(40)}`)],
    ['one that is cut', binaryList({ a: [1, 2, 3] }).subarray(0, -1)],
  ])('%s is refused', (_name, bytes) => {
    expect(() => parseBinaryList(bytes)).toThrow(ProcParseError)
  })
})

describe('property lists in XML', () => {
  const list = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${body}
</plist>`

  test('every kind of value', () => {
    const value = parseXmlList(
      list(`<dict>
        <key>Label</key><string>a &amp; &lt;b&gt; &#228;&#x2192;</string>
        <!-- a remark <with> elements -->
        <key>Empty</key><string/>
        <key>On</key><true/><key>Off</key><false></false>
        <key>Count</key><integer>-5</integer><key>Share</key><real>1.5</real>
        <key>Bytes</key><data>
          aGVs bG8=
        </data>
        <key>At</key><date>2026-01-02T03:04:05Z</date>
        <key>List</key><array><string>x</string><array/><dict/></array>
      </dict>`),
    )
    expect(plain(value)).toEqual({
      Label: 'a & <b> ä→',
      Empty: '',
      On: true,
      Off: false,
      Count: -5,
      Share: 1.5,
      Bytes: Buffer.from('hello'),
      At: { epochMs: Date.UTC(2026, 0, 2, 3, 4, 5) },
      List: ['x', [], {}],
    })
  })

  test('keys that objects have of their own are keys like others', () => {
    const value = parseXmlList(list('<dict><key>__proto__</key><true/></dict>'))
    expect(isDictionary(value) && value.get('__proto__')).toBe(true)
  })

  test('either form by what it begins with', () => {
    expect(parsePropertyList(binaryList('x'))).toBe('x')
    expect(parsePropertyList(Buffer.from(list('<string>ä</string>')))).toBe('ä')
  })

  test.each([
    ['no list', 'hello'],
    ['no value', list('')],
    ['two values', list('<true/><true/>')],
    ['a value without a key', list('<dict><true/></dict>')],
    ['a key without a value', list('<dict><key>a</key></dict>')],
    ['another element', list('<html/>')],
    ['an element in a text', list('<string><b>x</b></string>')],
    ['no end', '<plist><array><true/>'],
    ['no number', list('<integer>many</integer>')],
    ['a remark without an end', '<plist><!-- <true/></plist>'],
    ['too deep', list('<array>'.repeat(40) + '</array>'.repeat(40))],
    ['too much', list(`<array>${'<true/>'.repeat(70_000)}</array>`)],
  ])('%s is refused', (_name, text) => {
    expect(() => parseXmlList(text)).toThrow(ProcParseError)
  })
})
