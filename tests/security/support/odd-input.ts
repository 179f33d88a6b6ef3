import fc, { type Arbitrary } from 'fast-check'
import type { JsonSchema, Operation } from './operations.ts'

/** Values that have broken parsers, validators and C programs before. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  '',
  0,
  -1,
  -0.5,
  1e3,
  2 ** 31,
  2 ** 32 + 1,
  -(2 ** 31),
  2 ** 53,
  1e308,
  '0',
  '-1',
  '1e3',
  '0x10',
  '2147483648',
  'NaN',
  '__proto__',
  'constructor',
  '\0',
  'a\0b',
  '../../etc/passwd',
  'TERM\n',
  '\ud800',
  '\u202egpj.exe',
  '１２',
  '🙂'.repeat(100),
  'x'.repeat(5000),
  [],
  {},
  [[[[]]]],
  { toString: 1 },
]

/** Texts that stand for a whole body. */
const ODD_BODIES: readonly string[] = [
  '',
  '{',
  '[]',
  'null',
  '0',
  '"TERM"',
  '\0',
  '\ufeff{}',
  '{"start_id":"a","start_id":"b","signal":"TERM"}',
  '{"__proto__":{"start_id":"a","signal":"TERM"}}',
  '{"constructor":{"prototype":{"x":1}},"start_id":"a","signal":"TERM"}',
  `{"start_id":"a","signal":"TERM","x":${'['.repeat(2000)}${']'.repeat(2000)}}`,
  `{"start_id":"${'a'.repeat(17_000)}"}`,
  '{"start_id":"a","signal":"TERM","expires_at":1e999}',
]

/** Values that fit a schema. Pids inside of bodies are replaced by `pids`: nothing here may aim at a stranger. */
export function fitting(schema: JsonSchema, pids: Arbitrary<number>): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map((member) => fitting(member, pids)))
  const { minimum = 0, maximum = 2 ** 31 - 1 } = schema
  switch (schema.type) {
    case 'string':
      return schema.pattern === undefined
        ? fc.string({ maxLength: Math.min(schema.maxLength ?? 40, 300) })
        : fc.stringMatching(new RegExp(schema.pattern))
    case 'integer':
      return fc.integer({ min: minimum, max: maximum })
    case 'number':
      return fc.double({ min: minimum, max: 1e15, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(fitting(schema.items ?? {}, pids), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 8, 8),
      })
    case 'object': {
      const { properties = {}, required = [] } = schema
      const parts = Object.entries(properties).map(([key, value]) => [
        key,
        key === 'pid' ? pids : fitting(value, pids),
      ])
      return fc.record(Object.fromEntries(parts) as Record<string, Arbitrary<unknown>>, {
        requiredKeys: required,
      })
    }
    case undefined:
    default:
      return fc.jsonValue()
  }
}

const odd = (): Arbitrary<unknown> => fc.oneof(fc.constantFrom(...ODD_VALUES), fc.jsonValue())

/** Bodies: fitting, with one key spoilt, left out or added, and such that are no object at all. */
function bodies(schema: JsonSchema, pids: Arbitrary<number>): Arbitrary<string> {
  const whole = fitting(schema, pids) as Arbitrary<Record<string, unknown>>
  const keys = Object.keys(schema.properties ?? {})
  const key = keys.length === 0 ? fc.constant('x') : fc.constantFrom(...keys)
  const spoilt = fc
    .tuple(whole, key, odd())
    .map(([body, at, value]) => JSON.stringify({ ...body, [at]: value }))
  const lacking = fc
    .tuple(whole, key)
    .map(([body, at]) =>
      JSON.stringify(Object.fromEntries(Object.entries(body).filter(([name]) => name !== at))),
    )
  const added = fc
    .tuple(whole, fc.constantFrom('__proto__', 'constructor', 'force', 'pid', 'signal '), odd())
    .map(([body, name, value]) => {
      const text = JSON.stringify(body)
      const more = `${JSON.stringify(name)}:${JSON.stringify(value)}}`
      return text === '{}' ? `{${more}` : `${text.slice(0, -1)},${more}`
    })
  return fc.oneof(
    { weight: 3, arbitrary: whole.map((body) => JSON.stringify(body)) },
    { weight: 3, arbitrary: spoilt },
    lacking,
    added,
    fc.constantFrom(...ODD_BODIES),
    fc.json({ maxDepth: 3 }),
  )
}

const encoded = (value: unknown) =>
  encodeURIComponent(
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed(),
  )
/** Already escaped, well or badly. */
const ODD_ESCAPES = ['%00', '%zz', '%', '%2e%2e%2f', '%ff%fe', '..', '%31', '1%0a', '+1', '1?x=1']

/** Addresses of an operation: its parameters fitting, odd, doubled, left out or joined by unknown ones. */
function addresses(operation: Operation, pids: Arbitrary<number>): Arbitrary<string> {
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = operation.parameters.filter((parameter) => parameter.in === 'query')
  const oneText = (schema: JsonSchema, name: string): Arbitrary<string> =>
    fc.oneof(
      {
        weight: 4,
        arbitrary: name === 'pid' ? pids.map(String) : fitting(schema, pids).map(encoded),
      },
      { weight: 2, arbitrary: odd().map(encoded) },
      fc.constantFrom(...ODD_ESCAPES),
    )
  const pathParts = fc.tuple(...inPath.map(({ name, schema }) => oneText(schema, name)))
  const pair = ({ name, schema }: (typeof inQuery)[number]) =>
    oneText(schema, name).map((text) => `${name}=${text}`)
  const strange = fc.constantFrom('__proto__=1', 'x=1', 'limit[]=1', '=', '&&', 'fields', 'a=%zz')
  const query = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .tuple(...inQuery.map((parameter) => fc.option(pair(parameter), { nil: '' })))
        .map((pairs) => pairs.filter((text) => text !== '').join('&')),
    },
    fc
      .array(fc.oneof(strange, ...inQuery.map((parameter) => pair(parameter))), { maxLength: 5 })
      .map((pairs) => pairs.join('&')),
  )
  return fc.tuple(pathParts, query).map(([values, text]) => {
    let path = operation.path
    for (const [i, { name }] of inPath.entries())
      path = path.replace(`{${name}}`, () => values[i] ?? '')
    return text === '' ? path : `${path}?${text}`
  })
}

export interface OddRequest {
  path: string
  body: string | undefined
  type: string
}

/** Requests for an operation, fitting and odd ones. Every pid that is a pid comes from `pids`. */
export function requestsFor(operation: Operation, pids: Arbitrary<number>): Arbitrary<OddRequest> {
  const body: Arbitrary<string | undefined> =
    operation.method === 'GET'
      ? fc.constant(undefined)
      : bodies(operation.body ?? { type: 'object' }, pids)
  const type = fc.oneof(
    { weight: 12, arbitrary: fc.constant('application/json') },
    fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'application/json;x', ''),
  )
  return fc.record({ path: addresses(operation, pids), body, type })
}
