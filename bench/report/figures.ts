/** How the report spells numbers: three digits that count, never more than the measurement has. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en-GB')
  return value.toFixed(size >= 10 ? 1 : 2)
}

export const ms = (value: number): string => `${digits(value)} ms`
export const times = (value: number): string =>
  Number.isFinite(value) ? `${digits(value)} ×` : '–'
export const percent = (value: number): string =>
  Number.isFinite(value) ? `${value.toFixed(2)} %` : '–'

const KB = 1000

/** Bytes in decimal units, as the budgets are. */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) < KB) return `${Math.round(value)} B`
  if (Math.abs(value) < KB * KB) return `${digits(value / KB)} KB`
  return `${digits(value / KB / KB)} MB`
}
