import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import type { Sort } from '../../lib/sort.ts'
import type { Column } from './columns.ts'

interface SortSelectProps {
  readonly sort: Sort
  readonly columns: readonly Column[]
  readonly onChange: (column: Column) => void
  readonly onReverse: () => void
}

/** A phone has no room for headers: what the list is sorted by, and shows, and which way. */
export function SortSelect({ sort, columns, onChange, onReverse }: SortSelectProps) {
  const offered = columns.filter((column) => column.figure !== undefined || column.id === 'name')
  const way = `Sorted ${sort.descending ? 'descending' : 'ascending'}, reverse`
  return (
    <>
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
      <Button
        look="line"
        icon
        className="sort-way"
        aria-label={way}
        title={way}
        onClick={onReverse}
      >
        <Icon name={sort.descending ? 'arrow-down' : 'arrow-up'} />
      </Button>
    </>
  )
}
