/** For tests of parsers: bytes that no kernel wrote, and what may come out of them. */
import fc from 'fast-check'

/** Tokens that number readers, line splitters and keyed lookups stumble over. */
const TOKENS = [
  '-1',
  '-0',
  '1e9',
  '0x10',
  'NaN',
  'Infinity',
  '99999999999999999999',
  '9'.repeat(25),
  '9'.repeat(400),
  '9007199254740993',
  '18446744073709551615',
  '4294967296',
  '1.5',
  '.',
  '..',
  '::',
  '-',
  ':',
  '=',
  '/',
  '(',
  ') R 1',
  '__proto__',
  'constructor',
  '\\134',
  '\\x2d',
  '\u202e\u200b',
  '😀',
  '\ud800',
  '\0',
  '\t',
  '\r',
  '\n',
  '\n\n',
  ' ',
  '  ',
  '',
]

interface Change {
  kind:
    | 'cut'
    | 'insert'
    | 'double line'
    | 'drop line'
    | 'drop field'
    | 'replace field'
    | 'swap line'
  at: number
  token: string
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(
    'cut',
    'insert',
    'double line',
    'drop line',
    'drop field',
    'replace field',
    'swap line',
  ),
  at: fc.nat(1_000_000),
  token: fc.constantFrom(...TOKENS),
})

function apply(text: string, { kind, at, token }: Change): string {
  const lines = text.split('\n')
  const line = at % lines.length
  const fields = (lines[line] ?? '').split(' ')
  const field = (at >> 4) % fields.length
  switch (kind) {
    case 'cut':
      return text.slice(0, at % (text.length + 1))
    case 'insert': {
      const place = at % (text.length + 1)
      return text.slice(0, place) + token + text.slice(place)
    }
    case 'double line':
      return lines.toSpliced(line, 0, lines[line] ?? '').join('\n')
    case 'drop line':
      return lines.toSpliced(line, 1).join('\n')
    case 'drop field':
      return lines.with(line, fields.toSpliced(field, 1).join(' ')).join('\n')
    case 'replace field':
      return lines.with(line, fields.with(field, token).join(' ')).join('\n')
    case 'swap line':
      return [...lines.slice(line), ...lines.slice(0, line)].join('\n')
  }
}

/** A good file with one to four faults, or noise. `sample` is what the kernel writes. */
export function hostileBytes(sample: string): fc.Arbitrary<Buffer> {
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .array(change, { minLength: 1, maxLength: 4 })
        .map((changes) => Buffer.from(changes.reduce(apply, sample), 'utf8')),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.from(noise)) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.constantFrom(...TOKENS, ...sample.split(/(?=[\s:=])/)), { maxLength: 30 })
        .map((tokens) => Buffer.from(tokens.join(''), 'utf8')),
    },
  )
}

/** Bytes on which a pattern that backtracks, or a loop that does not move, would not end within a test's time. */
export function longBytes(sample: string): Buffer[] {
  const size = 200_000
  const pieces = [
    'a',
    '9',
    ' ',
    '\n',
    '\0',
    '(',
    ':',
    '=',
    'a.',
    'a ',
    'a:',
    '9 9,',
    '\\x',
    '://',
    sample,
  ]
  const repeated = pieces.map((piece) => piece.repeat(Math.ceil(size / piece.length)))
  const begun = pieces.map(
    (piece) => sample.slice(0, -1) + piece.repeat(Math.ceil(size / piece.length)),
  )
  return [...repeated, ...begun].map((text) => Buffer.from(text))
}

/** Paths of numbers that are not finite or are negative, of `undefined`, and of text with half characters in it. */
export function oddValues(value: unknown, path = ''): string[] {
  if (value === undefined) return [`${path} is undefined`]
  if (typeof value === 'number') {
    return Number.isFinite(value) && value >= 0 ? [] : [`${path} is ${value}`]
  }
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value) ? [`${path} is cut`] : []
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  const entries =
    value instanceof Map ? [...value] : value instanceof Set ? [] : Object.entries(value)
  return entries.flatMap(([key, item]) => oddValues(item, `${path}.${String(key)}`))
}
