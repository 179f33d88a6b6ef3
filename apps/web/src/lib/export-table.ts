/** A list as it is saved: what is shown, with bare values. */
export interface ExportTable {
  /** First part of the file's name. */
  readonly name: string
  readonly columns: readonly { readonly key: string; readonly title: string }[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** RFC 4180; unknown is empty. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function toCsv({ columns, rows }: ExportTable): string {
  const lines = [columns.map(({ title }) => title), ...rows].map((cells) =>
    cells.map(csvCell).join(','),
  )
  return `${lines.join('\r\n')}\r\n`
}

function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A list of objects; unknown is null. */
export function toJson({ columns, rows }: ExportTable): string {
  const objects = rows.map((cells) =>
    Object.fromEntries(columns.map(({ key }, index) => [key, cells[index] ?? null])),
  )
  return `${JSON.stringify(objects, null, 2)}\n`
}

const RAW_UNITS: Readonly<Record<string, string>> = {
  MiB: 'bytes',
  MB: 'bytes',
  'MB/s': 'bytes/s',
  'Mbit/s': 'bytes/s',
  '%': '%',
}

/** `Memory (bytes)`: saved values are not scaled for reading. */
export function rawTitle({ title, unit }: { title: string; unit?: string }): string {
  return unit === undefined ? title : `${title} (${RAW_UNITS[unit] ?? unit})`
}
