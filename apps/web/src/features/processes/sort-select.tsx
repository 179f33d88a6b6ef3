import type { Sort } from '../../lib/sort.ts'
import type { Column } from './columns.ts'

interface SortSelectProps {
  readonly sort: Sort
  readonly columns: readonly Column[]
  readonly onChange: (column: Column) => void
}

/** A phone has no room for headers: what the list is sorted by, and shows. */
export function SortSelect({ sort, columns, onChange }: SortSelectProps) {
  const offered = columns.filter((column) => column.figure !== undefined || column.id === 'name')
  return (
    <select
      className="sort-by"
      aria-label="Sort by"
      value={sort.column}
      onChange={(event) => {
        const column = offered.find(({ id }) => id === event.target.value)
        if (column !== undefined) onChange(column)
      }}
    >
      {offered.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
      {!offered.some(({ id }) => id === sort.column) && <option value={sort.column}>…</option>}
    </select>
  )
}
