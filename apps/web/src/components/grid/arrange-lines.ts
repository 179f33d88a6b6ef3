import { fold } from '../../lib/fold.ts'
import { compareSortable, type Sort } from '../../lib/sort.ts'
import type { PlainColumn } from './plain-column.ts'

interface ArrangeInput<Line> {
  readonly lines: readonly Line[]
  readonly columns: readonly PlainColumn<Line, string, never>[]
  readonly query: string
  readonly sort: Sort
  /** What equal lines are ordered by. */
  readonly nameOf: (line: Line) => string
  /** What the words of the filter are looked for in. */
  readonly wordsOf: (line: Line) => readonly (string | null)[]
}

/** What the filter leaves of a plain list, in order. Pure. */
export function arrangeLines<Line>(input: ArrangeInput<Line>): Line[] {
  const { lines, columns, query, sort, nameOf, wordsOf } = input
  const words = fold(query).split(/\s+/).filter(Boolean)
  const column = columns.find(({ id }) => id === sort.column)
  const compare = compareSortable(sort.descending, column?.displayUnit ?? 1)
  return lines
    .filter((line) => {
      if (words.length === 0) return true
      const text = fold(wordsOf(line).join(' '))
      return words.every((word) => text.includes(word))
    })
    .map((line, index) => ({
      line,
      sortable: { value: column?.value(line) ?? null, name: nameOf(line), pid: index },
    }))
    .toSorted((a, b) => compare(a.sortable, b.sortable))
    .map(({ line }) => line)
}
