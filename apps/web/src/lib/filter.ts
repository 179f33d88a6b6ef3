import type { ProcessRow, ProcessStatus } from '@taskmanager/contracts'
import { networkAmount } from './format.ts'
import type { GpuUse, GpuUses } from './gpu-use.ts'
import { networkUseOf, type NetworkUses } from './network-use.ts'
import { portRole, type PortIndex, type ProcessPorts } from './port-index.ts'

/**
 * The filter language of the lists (ui.md section 6). Words are AND; case and accents do not matter.
 *
 *   "two words"   -word   /regex/   a|b   user:anna   cpu>1   mem>1g   age<10min   state:zombie   kind:kernel   :8000
 */
export interface FilterToken {
  /** As typed, without the spaces around it. */
  readonly text: string
  /** Where it starts in the query. */
  readonly start: number
  /** Why it does not parse; it is then ignored. `null`: it does. */
  readonly error: string | null
  /** A field and a value: it is shown as a chip once finished. */
  readonly isField: boolean
}

export interface Filter {
  readonly tokens: readonly FilterToken[]
  /** Nothing is filtered. */
  readonly isEmpty: boolean
  /** Ports asked for, as by `:8000`: who listens stands first, and rows say what they do there. */
  readonly ports: readonly number[]
  readonly matches: (row: ProcessRow, context: FilterContext) => boolean
}

export interface FilterContext {
  readonly nowMs: number
  /** CPU in the scale the table shows. */
  readonly cpuScale: 'machine' | 'core'
  /** `null`: not known (yet); nothing matches a port then. */
  readonly ports?: PortIndex | null
  /** Who uses a graphics card, by pid. */
  readonly gpu?: GpuUses
  /** Who uses the network; `null`: not known (yet). */
  readonly network?: NetworkUses | null
}

type Test = (row: ProcessRow, context: FilterContext) => boolean

const TEXT_FIELDS = {
  name: (row) => row.name,
  user: (row) => row.user,
  cmd: (row) => row.cmdline,
  unit: (row) => row.unit,
  // By its name or its id.
  container: (row) =>
    row.kind === 'container' ? `${row.unit ?? ''}\n${row.app_id.replace('container:', '')}` : null,
  state: (row) => row.status,
  kind: (row) => row.kind,
} as const satisfies Record<string, (row: ProcessRow) => string | null>

type NumberOf = (row: ProcessRow, context: FilterContext) => number | null

/** `k` is 1024 for memory, 1000 for rates. */
const NUMBER_FIELDS = {
  pid: { value: (row) => row.pid, kilo: 1000 },
  parent: { value: (row) => row.ppid, kilo: 1000 },
  cpu: {
    value: (row, { cpuScale }) => (cpuScale === 'core' ? row.cpu_percent_of_core : row.cpu_percent),
    kilo: 1000,
  },
  mem: { value: (row) => row.memory, kilo: 1024 },
  read: { value: (row) => row.read_bytes_per_second, kilo: 1000 },
  write: { value: (row) => row.write_bytes_per_second, kilo: 1000 },
  // Who holds memory of a card uses it, also where the driver tells no share.
  gpu: { value: (row, { gpu }) => gpuShare(gpu?.byPid.get(row.pid)), kilo: 1000 },
  // In the unit of the table: bits, or bytes where the user chose so.
  net: { value: (row, { network }) => networkShare(row, network ?? null), kilo: 1000 },
  threads: { value: (row) => row.num_threads, kilo: 1000 },
  age: {
    value: (row, { nowMs }) =>
      row.started_at_ms === null ? null : (nowMs - row.started_at_ms) / 1000,
    kilo: 1000,
  },
} as const satisfies Record<string, { value: NumberOf; kilo: 1000 | 1024 }>

function gpuShare(use: GpuUse | undefined): number | null {
  return use === undefined ? null : (use.percent ?? (use.memory === null ? null : 0))
}

function networkShare(row: ProcessRow, network: NetworkUses | null): number | null {
  const traffic = networkUseOf(network, row)
  return typeof traffic === 'string' ? null : networkAmount(traffic.recv + traffic.sent)
}

/** Words people use for the states of psutil. */
const STATE_WORDS: Record<string, readonly ProcessStatus[]> = {
  suspended: ['stopped', 'tracing-stop'],
  stuck: ['disk-sleep'],
  disk: ['disk-sleep'],
  hung: ['not-responding'],
}

const FIELD_NAMES = [...Object.keys(TEXT_FIELDS), ...Object.keys(NUMBER_FIELDS), 'port'].join(', ')
const MAX_PORT = 65_535
const MAX_QUERY = 500
const MAX_REGEX = 100

/** Parses a query. A token that does not parse carries its reason and is ignored. */
export function parseFilter(query: string): Filter {
  const tests: Test[] = []
  const ports: number[] = []
  const tokens = splitTokens(query.slice(0, MAX_QUERY)).map(({ text, start }): FilterToken => {
    const parsed = parseToken(text)
    if (typeof parsed !== 'string') {
      tests.push(parsed.test)
      if (parsed.port !== undefined) ports.push(parsed.port)
    }
    return {
      text,
      start,
      error: typeof parsed === 'string' ? parsed : null,
      isField: typeof parsed !== 'string' && parsed.isField,
    }
  })
  return {
    tokens,
    isEmpty: tests.length === 0,
    ports,
    matches: (row, context) => tests.every((test) => test(row, context)),
  }
}

/** Splits at spaces that are not inside quotes or a /regex/. */
export function splitTokens(query: string): { text: string; start: number }[] {
  const pattern = /-?(?:[a-z]+:)?"[^"]*"?|-?\/(?:[^/\\]|\\.)+\/|\S+/gi
  return [...query.matchAll(pattern)].map((match) => ({ text: match[0], start: match.index }))
}

interface ParsedToken {
  readonly test: Test
  readonly isField: boolean
  /** One port was asked for. */
  readonly port?: number
}

function parseToken(text: string): ParsedToken | string {
  const port = /^:(\d*)$/.exec(text)
  if (port !== null) return parsePort('=', port[1] ?? '')
  if (text.length > 1 && text.startsWith('-')) {
    const inner = parseToken(text.slice(1))
    return typeof inner === 'string'
      ? inner
      : { test: (row, context) => !inner.test(row, context), isField: inner.isField }
  }
  const comparison = /^([a-z]+)(>=|<=|>|<|=)(.*)$/i.exec(text)
  if (comparison !== null) {
    return parseComparison(comparison[1] ?? '', comparison[2] ?? '', comparison[3] ?? '')
  }
  const field = /^([a-z]+):(.*)$/is.exec(text)
  if (field !== null && !text.startsWith('"')) return parseField(field[1] ?? '', field[2] ?? '')
  const words = parseWords(text)
  return typeof words === 'string' ? words : { test: anywhere(words), isField: false }
}

function parseField(name: string, value: string): ParsedToken | string {
  const field = name.toLowerCase()
  if (value === '') return `Type a value after ${field}:`
  if (field === 'port' || Object.hasOwn(NUMBER_FIELDS, field)) {
    return parseComparison(field, '=', value)
  }
  if (!Object.hasOwn(TEXT_FIELDS, field)) {
    return `There is no field "${name}". Fields: ${FIELD_NAMES}.`
  }
  const words = parseWords(value)
  if (typeof words === 'string') return words
  const read = TEXT_FIELDS[field as keyof typeof TEXT_FIELDS]
  if (field === 'state') {
    const states = STATE_WORDS[fold(value)]
    if (states !== undefined) return { test: (row) => states.includes(row.status), isField: true }
  }
  return { test: (row) => words(foldCached(read(row) ?? '')), isField: true }
}

function parseComparison(name: string, operator: string, text: string): ParsedToken | string {
  const field = name.toLowerCase()
  if (field === 'port') return parsePort(operator, text)
  if (!Object.hasOwn(NUMBER_FIELDS, field)) {
    return Object.hasOwn(TEXT_FIELDS, field)
      ? `${field} is a word: write ${field}:${text === '' ? 'value' : text}.`
      : `There is no field "${name}". Fields: ${FIELD_NAMES}.`
  }
  const { value, kilo } = NUMBER_FIELDS[field as keyof typeof NUMBER_FIELDS]
  const wanted = parseNumber(text, kilo)
  if (wanted === null) return `"${text}" is not a number. Examples: cpu>1, mem>1g, age<10min.`
  return {
    isField: true,
    test: (row, context) => {
      const actual = value(row, context)
      return actual !== null && compares(actual, operator, wanted)
    },
  }
}

function compares(actual: number, operator: string, wanted: number): boolean {
  switch (operator) {
    case '>':
      return actual > wanted
    case '>=':
      return actual >= wanted
    case '<':
      return actual < wanted
    case '<=':
      return actual <= wanted
    default:
      return actual === wanted
  }
}

/** One port: who listens and who is connected. A range (`port<1024`): who listens there. */
function parsePort(operator: string, text: string): ParsedToken | string {
  if (text === '') return 'Type a port after the colon, as in :8000.'
  const wanted = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(wanted <= MAX_PORT)) return `"${text}" is not a port. Ports are 1 to ${MAX_PORT}.`
  if (operator === '=') {
    const test: Test = (row, { ports }) => portRole(portsOf(row, ports), wanted) !== null
    return { isField: true, port: wanted, test }
  }
  return {
    isField: true,
    test: (row, { ports }) =>
      [...(portsOf(row, ports)?.listens ?? [])].some((port) => compares(port, operator, wanted)),
  }
}

export function portsOf(
  row: ProcessRow,
  ports: PortIndex | null | undefined,
): ProcessPorts | undefined {
  return ports?.byProcess.get(`${row.pid}.${row.start_id}`)
}

const TIMES: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 }

function parseNumber(text: string, kilo: 1000 | 1024): number | null {
  const match = /^(-?\d+(?:\.\d+)?)(k|m|g|s|min|h|d)?$/i.exec(text)
  if (match === null) return null
  const suffix = match[2]?.toLowerCase() ?? ''
  const power = ['', 'k', 'm', 'g'].indexOf(suffix)
  return Number(match[1]) * (power === -1 ? (TIMES[suffix] ?? 1) : kilo ** power)
}

type Words = (folded: string) => boolean

function parseWords(text: string): Words | string {
  if (text.length > 1 && text.startsWith('/') && text.endsWith('/')) return parseRegex(text)
  if (text.startsWith('"')) {
    const quoted = fold(text.replaceAll('"', ''))
    return quoted === '' ? 'Type words between the quotes.' : (folded) => folded.includes(quoted)
  }
  const either = fold(text).split('|').filter(Boolean)
  return either.length === 0
    ? 'Type a word on one side of the bar.'
    : (folded) => either.some((word) => folded.includes(word))
}

/**
 * A pattern runs over thousands of command lines each second, so one that can take exponential time (a repeated group
 * that itself repeats, a back reference) is refused: a browser cannot stop a running expression.
 */
function parseRegex(text: string): Words | string {
  const source = text.slice(1, -1)
  if (source.length > MAX_REGEX) return `The pattern is longer than ${MAX_REGEX} characters.`
  if (/\([^)]*[*+{|][^)]*\)\s*[*+{]|\\[1-9]|\\k</.test(source)) {
    return 'This pattern could take for ever. Leave out repeated groups and back references.'
  }
  if ((source.match(/(?<!\\)[*+{]/g)?.length ?? 0) > 4) {
    return 'This pattern could take for ever. Use at most four repetitions.'
  }
  try {
    const pattern = new RegExp(source, 'iu')
    return (folded) => pattern.test(folded.slice(0, 512))
  } catch {
    return 'This is not a valid pattern.'
  }
}

function anywhere(words: Words): Test {
  return (row) => words(searchText(row)) || words(String(row.pid))
}

// A row keeps its reference while it does not change: its folded text is made once.
const searchTexts = new WeakMap<ProcessRow, string>()

function searchText(row: ProcessRow): string {
  let text = searchTexts.get(row)
  if (text === undefined) {
    text = foldCached(`${row.name}\n${row.cmdline ?? ''}\n${row.user ?? ''}\n${row.unit ?? ''}`)
    searchTexts.set(row, text)
  }
  return text
}

// Rows that did change (their CPU) mostly have the text they had.
const folded = new Map<string, string>()

function foldCached(text: string): string {
  let result = folded.get(text)
  if (result === undefined) {
    if (folded.size > 20_000) folded.clear()
    result = fold(text)
    folded.set(text, result)
  }
  return result
}

/** Lower case without accents. */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** The name closest to a mistyped word, or `null` when none is near (at most a third of its letters differ). */
export function nearestName(word: string, names: Iterable<string>): string | null {
  const wanted = fold(word)
  let best: string | null = null
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const name of new Set(names)) {
    if (Math.abs(name.length - wanted.length) >= least) continue
    const distance = editDistance(wanted, fold(name), least)
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

function editDistance(a: string, b: string, limit: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      row.push(
        Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same),
      )
    }
    if (Math.min(...row) >= limit) return limit
    previous = row
  }
  return previous[b.length] ?? limit
}
