import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rawTitle, toCsv, toJson, type ExportTable } from './export-table.ts'

const table = (rows: ExportTable['rows']): ExportTable => ({
  name: 'processes',
  columns: [
    { key: 'name', title: 'Name' },
    { key: 'cpu', title: 'CPU (%)' },
  ],
  rows,
})

test('a saved list: quoted where it must be, unknown is empty, numbers are bare', () => {
  expect(
    toCsv(
      table([
        ['a "b", c', 1.5],
        ['two\nlines', null],
        ['plain', -3],
      ]),
    ),
  ).toBe('Name,CPU (%)\r\n"a ""b"", c",1.5\r\n"two\nlines",\r\nplain,-3\r\n')
  expect(JSON.parse(toJson(table([['x', null]])))).toEqual([{ name: 'x', cpu: null }])
})

test('no name that a process gives itself is a formula in a spreadsheet', () => {
  for (const name of ['=cmd|"/c calc"!A1', '+1', '-1', '@SUM(A1)', '\tx', '\rx']) {
    const [, line = ''] = toCsv(table([[name, 0]])).split(/\r\n(?=.)/)
    expect(line.replace(/^"/, '')).toMatch(/^'/)
  }
})

test('whatever is written can be read again', () => {
  const cell = fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n=]{1,5}$/), fc.integer())
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
      const read = readCsv(toCsv(table(rows)))
      expect(read).toHaveLength(rows.length + 1)
      for (const [index, cells] of rows.entries()) {
        const written = cells.map((one) =>
          typeof one === 'string' && /^[=+\-@\t\r]/.test(one) ? `'${one}` : String(one),
        )
        expect(read[index + 1]).toEqual(written)
      }
    }),
  )
})

test('the unit says what the bare value is', () => {
  expect(rawTitle({ title: 'Memory', unit: 'MiB' })).toBe('Memory (bytes)')
  expect(rawTitle({ title: 'Threads' })).toBe('Threads')
})

/** RFC 4180, as a spreadsheet reads it. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      at += 1
      for (;;) {
        const end = text.indexOf('"', at)
        cell += text.slice(at, end)
        at = end + 1
        if (text[at] !== '"') break
        cell += '"'
        at += 1
      }
    } else {
      const end = /,|\r\n/.exec(text.slice(at))?.index ?? 0
      cell = text.slice(at, at + end)
      at += end
    }
    row.push(cell)
    if (text[at] === ',') at += 1
    else {
      at += 2
      rows.push(row)
      row = []
    }
  }
  return rows
}
