import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TableEncoder } from './table-encoder.ts'

type Row = {
  pid: number
  start_id: string
  cpu_percent: number | null
  unknown: Record<string, string>
}

const COLUMNS = ['pid', 'start_id', 'cpu_percent', 'unknown'] as const

const row: fc.Arbitrary<Row> = fc.record({
  pid: fc.integer({ min: 1, max: 8 }),
  start_id: fc.constantFrom('a', 'b'),
  cpu_percent: fc.option(fc.integer({ min: 0, max: 3 })),
  unknown: fc.constantFrom({}, { cpu_percent: 'first_sample' }),
})
const ticks = fc.array(fc.uniqueArray(row, { selector: ({ pid }) => pid }), { maxLength: 8 })

test('a picture and all changes since give the rows of the last tick, also when pids are reused', () => {
  fc.assert(
    fc.property(ticks, (all) => {
      const encoder = new TableEncoder<Row>(COLUMNS, 'pid', 'start_id')
      const client = new Map<unknown, unknown[]>()
      for (const rows of all) {
        encoder.begin()
        for (const pid of encoder.rows.keys()) {
          if (!rows.some((each) => each.pid === pid)) encoder.remove(pid)
        }
        for (const each of rows) encoder.put(each)
        const { removed, added, changed } = encoder.delta()
        for (const key of removed) client.delete(key)
        for (const cells of added) client.set(cells[0], [...cells])
        for (const [key, ...pairs] of changed) {
          const cells = client.get(key) ?? []
          for (let i = 0; i < pairs.length; i += 2) cells[pairs[i] as number] = pairs[i + 1]
        }
        const whole = new Map(encoder.snapshot().rows.map((cells) => [cells[0], cells]))
        expect(client).toEqual(whole)
        expect([...client.keys()].toSorted((a, b) => Number(a) - Number(b))).toEqual(
          rows.map(({ pid }) => pid).toSorted((a, b) => a - b),
        )
      }
    }),
  )
})

test('an equal row says nothing', () => {
  const encoder = new TableEncoder<Row>(COLUMNS, 'pid', 'start_id')
  const same = () => ({ pid: 1, start_id: 'a', cpu_percent: 2, unknown: { x: 'failed' } })
  encoder.put(same())
  encoder.begin()
  encoder.put(same())
  expect(encoder.delta()).toEqual({ removed: [], added: [], changed: [] })
})
