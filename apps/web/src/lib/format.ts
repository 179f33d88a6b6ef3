import type { ProcessExit, ProcessStatus } from '@taskmanager/contracts'

/**
 * Numbers as people read them (ui.md section 9). Pure; `null` is "—". Rounding happens here and nowhere else.
 * Between number and unit a narrow no-break space, minus is U+2212, thousands are grouped.
 */
const SPACE = '\u202f'
const MINUS = '\u2212'
export const UNKNOWN = '—'

/** The user's choice of units: one choice, everywhere. The page draws itself anew when it changes. */
export interface Units {
  /** Memory and capacity by 1024 (GiB) or by 1000 (GB). */
  readonly memory: 'gib' | 'gb'
  readonly network: 'bits' | 'bytes'
  readonly temperature: 'celsius' | 'fahrenheit'
}

let units: Units = { memory: 'gib', network: 'bits', temperature: 'celsius' }

export function setUnits(next: Units): void {
  units = next
}

const grouped = new Map<number, Intl.NumberFormat>()

/** Grouped, with a fixed number of decimals. */
function fixed(value: number, decimals: number): string {
  let format = grouped.get(decimals)
  if (format === undefined) {
    format = new Intl.NumberFormat('en-GB', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    })
    grouped.set(decimals, format)
  }
  // A rounded −0.04 is 0.0, not −0.0.
  const text = format.format(Math.abs(value))
  return value < 0 && Number(text.replaceAll(',', '')) !== 0 ? MINUS + text : text
}

/** Three significant digits: 1.23, 12.3, 123, 1,234. */
function three(value: number): string {
  const size = Math.abs(value)
  const decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
  return fixed(value, decimals)
}

/** A whole number: 2,214. */
export function formatCount(value: number | null): string {
  return value === null ? UNKNOWN : fixed(value, 0)
}

/** `23 %`, `0.4 %`; a trace that would round to nothing is `< 0.1 %`. */
export function formatPercent(value: number | null, decimals: 0 | 1 = 0): string {
  if (value === null) return UNKNOWN
  if (decimals === 1 && value > 0 && value < 0.05) return `<${SPACE}0.1${SPACE}%`
  return `${fixed(value, decimals)}${SPACE}%`
}

const SIZES = {
  gib: [
    [1024 ** 4, 'TiB'],
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ],
  gb: [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ],
} as const

function sizeUnit(bytes: number): readonly [number, string] {
  return SIZES[units.memory].find(([size]) => Math.abs(bytes) >= size) ?? [1, 'B']
}

/** Memory and capacity: `734 MiB`, `5.16 GiB`; `5.54 GB` where the user chose so. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return UNKNOWN
  const [size, unit] = sizeUnit(bytes)
  return size === 1 ? `${fixed(bytes, 0)}${SPACE}B` : `${three(bytes / size)}${SPACE}${unit}`
}

/** `14.6 of 31.3 GiB`, `2.8 of 126 GiB`: both in the unit of the second, the part never coarser than a tenth of it. */
export function formatOf(part: number | null, whole: number | null): string {
  if (whole === null) return formatBytes(part)
  const [size, unit] = sizeUnit(whole)
  const total = three(whole / size)
  const decimals = Math.max(size === 1 ? 0 : 1, total.split('.')[1]?.length ?? 0)
  const used = part === null ? UNKNOWN : fixed(part / size, decimals)
  return `${used} of ${total}${SPACE}${unit}`
}

const DECIMAL = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

function decimal(value: number, unit: string): string {
  // 999.5 kB/s would be printed as 1,000 kB/s: it is 1.0 MB/s.
  const [size, prefix] = DECIMAL.find(([step]) => Math.abs(value) >= step * 0.9995) ?? [1, '']
  const scaled = value / size
  const decimals = size === 1 || Math.abs(scaled) >= 99.95 ? 0 : 1
  return `${fixed(scaled, decimals)}${SPACE}${prefix}${unit}`
}

/** Bytes per second, by 1000: `15.5 MB/s`. */
export function formatRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? UNKNOWN : decimal(bytesPerSecond, 'B/s')
}

/** Network traffic, from bytes per second: `8.7 Mbit/s`, or `1.1 MB/s` where the user chose bytes. */
export function formatBits(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null || units.network === 'bytes') return formatRate(bytesPerSecond)
  return decimal(bytesPerSecond * 8, 'bit/s')
}

/** Speed of a link, bits per second: `1 Gbit/s`. */
export function formatLink(bitsPerSecond: number): string {
  return decimal(bitsPerSecond, 'bit/s').replace('.0', '')
}

/** Signal of Wi-Fi: `−39 dBm`. */
export function formatDbm(value: number): string {
  return `${fixed(value, 0)}${SPACE}dBm`
}

/** Two units at most: `41 s`, `3 h 12 min`, `6 d 4 h`. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN
  const whole = Math.max(0, Math.floor(seconds))
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first === -1) return `0${SPACE}s`
  return parts
    .slice(first, first + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count}${SPACE}${unit}`)
    .join(' ')
}

/** What follows on "ended": `, exit 0`, ` by SIGKILL`; nothing where the system does not tell. */
export function formatExit(exit: ProcessExit | null): string {
  if (exit === null) return ''
  return exit.signal === null ? `, exit ${exit.exit_code}` : ` by ${exit.signal}`
}

/** `12 s ago`. */
export function formatAgo(seconds: number | null): string {
  return seconds === null ? UNKNOWN : `${formatDuration(seconds)} ago`
}

// The first of these takes some 20 ms: made when it is needed, not while the page is still blank.
const clocks = new Map<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>()
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
const SHORT_CLOCK = { hour: '2-digit', minute: '2-digit' } as const
const DAY = { day: 'numeric', month: 'short' } as const

function dated(epochMs: number, options: Intl.DateTimeFormatOptions): string {
  let format = clocks.get(options)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', options)
    clocks.set(options, format)
  }
  return format.format(epochMs)
}

/** `14:04:43`, local time. */
export function formatClock(epochMs: number | null): string {
  return epochMs === null ? UNKNOWN : dated(epochMs, CLOCK)
}

/** `14:04`, local time. */
export function formatShortClock(epochMs: number): string {
  return dated(epochMs, SHORT_CLOCK)
}

/** `12 Aug`, local time. */
export function formatDay(epochMs: number): string {
  return dated(epochMs, DAY)
}

/** `today 10:52:09`, `12 Aug 22:10`. */
export function formatInstant(epochMs: number | null, nowMs: number = Date.now()): string {
  if (epochMs === null) return UNKNOWN
  const sameDay = new Date(epochMs).toDateString() === new Date(nowMs).toDateString()
  return sameDay
    ? `today ${formatClock(epochMs)}`
    : `${formatDay(epochMs)} ${formatShortClock(epochMs)}`
}

/** `3.84 GHz`, `870 MHz`. */
export function formatHertz(hertz: number | null): string {
  if (hertz === null) return UNKNOWN
  return hertz >= 1e9
    ? `${fixed(hertz / 1e9, 2)}${SPACE}GHz`
    : `${fixed(hertz / 1e6, 0)}${SPACE}MHz`
}

export function formatCelsius(celsius: number | null): string {
  if (celsius === null) return UNKNOWN
  return units.temperature === 'celsius'
    ? `${fixed(celsius, 0)}${SPACE}°C`
    : `${fixed(celsius * 1.8 + 32, 0)}${SPACE}°F`
}

/** `42 J`, `1.23 kJ`; from 1 Wh on `1.23 Wh`. */
export function formatEnergy(joules: number | null): string {
  if (joules === null) return UNKNOWN
  if (joules >= 3600) return `${three(joules / 3600)}${SPACE}Wh`
  return joules >= 1000 ? `${three(joules / 1000)}${SPACE}kJ` : `${three(joules)}${SPACE}J`
}

export function formatWatts(watts: number | null): string {
  return watts === null ? UNKNOWN : `${fixed(watts, watts < 10 ? 1 : 0)}${SPACE}W`
}

/** `11.2 % of the machine = 1.8 cores`. */
export function formatCores(percent: number | null, cores: number): string {
  if (percent === null) return UNKNOWN
  return `${formatPercent(percent, 1)} of the machine = ${fixed((percent / 100) * cores, 1)} cores`
}

/** Bare numbers of table cells: the unit stands in the header. */
export function cellPercent(value: number | null): string {
  if (value === null) return UNKNOWN
  return value > 0 && value < 0.05 ? '< 0.1' : fixed(value, 1)
}

/** The unit of memory columns: `MiB`, or `MB` where the user chose so. */
export function memoryCellUnit(): 'MiB' | 'MB' {
  return SIZES[units.memory][2][1]
}

/** Bare MiB (or MB, see `memoryCellUnit`). */
export function cellMib(bytes: number | null): string {
  if (bytes === null) return UNKNOWN
  const [size] = SIZES[units.memory][2]
  return bytes > 0 && bytes < size / 2 ? '< 1' : fixed(bytes / size, 0)
}

/** MB/s from bytes per second. Exactly nothing is `0`. */
export function cellRate(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return UNKNOWN
  if (bytesPerSecond === 0) return '0'
  return bytesPerSecond < 50_000 ? '< 0.1' : fixed(bytesPerSecond / 1e6, 1)
}

/** The unit of network columns: `Mbit/s`, or `MB/s` where the user chose bytes. */
export function networkCellUnit(): 'Mbit/s' | 'MB/s' {
  return units.network === 'bits' ? 'Mbit/s' : 'MB/s'
}

/** Bits per second from bytes per second, or bytes where the user chose so. */
export function networkAmount(bytesPerSecond: number): number {
  return units.network === 'bits' ? bytesPerSecond * 8 : bytesPerSecond
}

/** Bare Mbit/s (or MB/s, see `networkCellUnit`) from bytes per second. Exactly nothing is `0`. */
export function cellNetwork(bytesPerSecond: number | null): string {
  return cellRate(bytesPerSecond === null ? null : networkAmount(bytesPerSecond))
}

const STATES: Record<ProcessStatus, readonly [string, string]> = {
  running: ['Running', 'R'],
  sleeping: ['Sleeping', 'S'],
  'disk-sleep': ['Waits on disk', 'D'],
  stopped: ['Suspended', 'T'],
  'tracing-stop': ['Traced', 't'],
  zombie: ['Zombie', 'Z'],
  dead: ['Dead', 'X'],
  'wake-kill': ['Ending', 'K'],
  waking: ['Waking', 'W'],
  parked: ['Parked', 'P'],
  idle: ['Idle', 'I'],
  'not-responding': ['Not responding', ''],
  unknown: ['Unknown', '?'],
}

/** `Sleeping (S)`; in the table without the letter. */
export function formatState(status: ProcessStatus, letter = true): string {
  const [word, code] = STATES[status]
  return letter && code !== '' ? `${word} (${code})` : word
}

const NICE_WORDS = [
  [-10, 'Very high'],
  [-5, 'High'],
  [0, 'Normal'],
  [10, 'Low'],
  [19, 'Very low'],
] as const

/** `Low (10)`: the nearest word of the priority menu, and the nice value. */
export function formatNice(nice: number | null): string {
  if (nice === null) return UNKNOWN
  const [, word] = NICE_WORDS.reduce((best, one) =>
    Math.abs(one[0] - nice) < Math.abs(best[0] - nice) ? one : best,
  )
  return `${word} (${fixed(nice, 0)})`
}
