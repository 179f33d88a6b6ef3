import {
  PROCESS_COLUMNS,
  type ProcessField,
  type ProcessQuery,
  type ProcessRow,
} from '@taskmanager/contracts'
import { ServiceError } from '@taskmanager/service-kit'

const FIELDS: ReadonlySet<string> = new Set(PROCESS_COLUMNS)

/**
 * The rows a query asks for: searched, sorted, cut, then reduced to fields. Unknown values sort last either way.
 * @throws ServiceError `bad_request` for a field that does not exist
 */
export function selectRows(rows: ProcessRow[], query: ProcessQuery): Partial<ProcessRow>[] {
  const fields = query.fields?.split(',').map(fieldOrThrow)
  const found = query.search === undefined ? rows : rows.filter(matching(query.search))
  const sorted = query.sort === undefined ? found : found.toSorted(ordering(query.sort))
  const some = sorted.slice(0, query.limit ?? sorted.length)
  return fields === undefined ? some : some.map((row) => pick(row, fields))
}

function fieldOrThrow(field: string): ProcessField {
  if (FIELDS.has(field)) return field as ProcessField
  throw new ServiceError(
    'bad_request',
    `There is no field ${field}. The fields are ${PROCESS_COLUMNS.join(', ')}.`,
  )
}

function matching(search: string): (row: ProcessRow) => boolean {
  const text = search.toLowerCase()
  return (row) =>
    [row.name, row.cmdline, row.user, row.unit].some((cell) =>
      cell?.toLowerCase().includes(text),
    ) || String(row.pid).startsWith(text)
}

function ordering(sort: string): (a: ProcessRow, b: ProcessRow) => number {
  const isDescending = sort.startsWith('-')
  const field = fieldOrThrow(isDescending ? sort.slice(1) : sort)
  const direction = isDescending ? -1 : 1
  return (a, b) => {
    const left = a[field]
    const right = b[field]
    if (left === right) return a.pid - b.pid
    if (left === null) return 1
    if (right === null) return -1
    return (left < right ? -1 : 1) * direction
  }
}

const pick = (row: ProcessRow, fields: readonly ProcessField[]): Partial<ProcessRow> =>
  Object.fromEntries(fields.map((field) => [field, row[field]]))
