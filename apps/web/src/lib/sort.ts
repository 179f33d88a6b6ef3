/** `sort=-cpu` in the address: a leading minus sorts descending. */
export interface Sort {
  readonly column: string
  readonly descending: boolean
}

export function parseSort(text: string | null, columns: readonly string[], standard: Sort): Sort {
  const descending = text?.startsWith('-') ?? false
  const column = descending ? text?.slice(1) : text
  return column != null && columns.includes(column) ? { column, descending } : standard
}

export function printSort({ column, descending }: Sort): string {
  return descending ? `-${column}` : column
}

/** First click: numbers descending, text ascending; again reverses. */
export function clickSort(before: Sort, column: string, isText: boolean): Sort {
  return before.column === column
    ? { column, descending: !before.descending }
    : { column, descending: !isText }
}

export interface Sortable {
  /** Mean of the last three samples, or a text; `null` is unknown. */
  readonly value: number | string | null
  readonly name: string
  readonly pid: number
  /** Lower stands above everything else, either way: of a port, who listens. */
  readonly rank?: number
}

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

/**
 * Orders rows: unknown last either way; values that display the same (`digits` decimals of `unit`) by name, then pid,
 * so that idle rows never shuffle.
 */
export function compareSortable(descending: boolean, displayUnit: number) {
  return (a: Sortable, b: Sortable): number => {
    const rank = (a.rank ?? 0) - (b.rank ?? 0)
    if (rank !== 0) return rank
    const order = compareValues(a.value, b.value, descending, displayUnit)
    if (order !== 0) return order
    // Most ties are of one name: no need to ask the slow collator about those.
    return (a.name === b.name ? 0 : collator.compare(a.name, b.name)) || a.pid - b.pid
  }
}

function compareValues(
  a: Sortable['value'],
  b: Sortable['value'],
  descending: boolean,
  displayUnit: number,
): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? Math.round(a / displayUnit) - Math.round(b / displayUnit)
      : collator.compare(String(a), String(b))
  return descending ? -order : order
}
