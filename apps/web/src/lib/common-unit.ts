/** Unit of a formatted figure: what stands after its last space. */
export function unitOf(text: string): string {
  return text.split(/[ \u202f]/).at(-1) ?? ''
}

/** Figures side by side: a unit that all share is said once, at the end. `read 12.4 · write 3.1 MB/s`. */
export function shareUnit(figures: readonly string[]): string[] {
  const unit = unitOf(figures.at(-1) ?? '')
  const same = figures.every((figure) => unitOf(figure) === unit)
  return figures.map((figure, index) =>
    same && index < figures.length - 1 ? withoutUnit(figure) : figure,
  )
}

export function withoutUnit(text: string): string {
  return text.slice(0, text.length - unitOf(text).length).trimEnd()
}

/** `25 MB/s` for `25.0 MB/s`: ends of axes and speeds of links are round. */
export function withoutZeros(text: string): string {
  return text.replace(/\.0+(?=\D|$)/u, '')
}

const STEPS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  'B/s': 1,
  'kB/s': 1e3,
  'MB/s': 1e6,
  'GB/s': 1e9,
  // Network figures come in bytes and are said in bits.
  'bit/s': 1 / 8,
  'kbit/s': 125,
  'Mbit/s': 125e3,
  'Gbit/s': 125e6,
}

/**
 * A list in one unit, that of its greatest figure, so that length means size: `0.79 GiB`, `< 0.1 MB/s`.
 * Figures in other units (percent) go through as they are.
 */
export function likeGreatest(
  format: (value: number) => string,
  greatest: number,
): (value: number) => string {
  const sample = format(greatest)
  const unit = unitOf(sample)
  const step = STEPS[unit]
  if (step === undefined) return format
  const decimals = Math.max(1, sample.split('.')[1]?.match(/^\d+/)?.[0].length ?? 0)
  const least = 10 ** -decimals
  return (value) => {
    if (value === 0) return `0\u202f${unit}`
    const scaled = value / step
    if (unitOf(format(value)) === unit) return format(value)
    return scaled < least
      ? `<\u202f${least}\u202f${unit}`
      : `${scaled.toFixed(decimals)}\u202f${unit}`
  }
}

/** Two figures of one kind in the unit of the greater, said once: `read 12.4 · write 0.1 MB/s`. */
export function pairWords(
  format: (value: number | null) => string,
  first: readonly [string, number | null],
  second: readonly [string, number | null],
): [string, string] {
  const like = likeGreatest(format, Math.max(first[1] ?? 0, second[1] ?? 0))
  const say = (value: number | null) => (value === null ? format(null) : like(value))
  const [left = '', right = ''] = shareUnit([say(first[1]), say(second[1])])
  return [`${first[0]} ${left}`, `${second[0]} ${right}`]
}
