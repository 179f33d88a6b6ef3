/** One column of a table in a terminal. */
export interface TextColumn<T> {
  head: string
  cell: (row: T) => string
  /** Numbers stand at the right of their column. */
  isNumber?: boolean
}

/** Rows as lines; a last column may run on, and a width cuts it off. */
export function textTable<T>(
  columns: readonly TextColumn<T>[],
  rows: readonly T[],
  width = Infinity,
): string[] {
  const cells = [
    columns.map(({ head }) => head),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => lengthOf(line[index]))))
  return cells.map((line) => {
    const text = line
      .map((cell, index) => {
        const gap = ' '.repeat((widths[index] ?? 0) - lengthOf(cell))
        return columns[index]?.isNumber === true ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
    const characters = Array.from(text)
    return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text
  })
}

const lengthOf = (cell = ''): number => Array.from(cell).length

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Three digits and a binary unit, as the page has them; – for unknown. */
export function bytes(value: number | null): string {
  if (value === null) return '–'
  let unit = 0
  let rest = value
  for (; rest >= 999.5 && unit < UNITS.length - 1; unit++) rest /= 1024
  return `${unit === 0 ? rest : rest.toPrecision(3)} ${UNITS[unit] ?? ''}`
}

export const percent = (value: number | null): string => (value === null ? '–' : value.toFixed(1))
