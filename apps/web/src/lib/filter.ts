import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import {
  NUMBER_FIELDS,
  STATE_WORDS,
  TEXT_FIELDS,
  UNITS,
  type AppMembers,
  type FilterContext,
  type NumberField,
  type TextField,
} from './filter-fields.ts'
import { eitherOf, parseWords, type Words } from './filter-words.ts'
import { fold, foldCached } from './fold.ts'
import { portRole, type PortIndex, type ProcessPorts } from './port-index.ts'
import { keyOfProcess } from './process-key.ts'

/**
 * The filter language of Processes and Apps (ui.md section 6). Words are AND; case and accents do not matter.
 *
 *   "two words"   -word   /regex/   a|b   user:anna   cpu>1   mem>1g   age<10m   state:zombie   kind:kernel   :8000
 *
 * Of an app each token may be met by its own name, user, unit and kind or by any of its processes, and `-` shuts it out
 * if one of them meets it; figures are the app's own sums.
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
  /** What it asks for that has to be read beside the rows. */
  readonly needs: ReadonlySet<FilterNeed>
  readonly matches: (row: ProcessRow, context: FilterContext) => boolean
  /** @param rows every process, by pid */
  readonly matchesApp: (
    app: AppRow,
    rows: ReadonlyMap<number, ProcessRow>,
    context: FilterContext,
  ) => boolean
}

export type FilterNeed = 'ports' | 'network'

interface Test {
  readonly row: (row: ProcessRow, context: FilterContext) => boolean
  readonly app: (app: AppMembers, context: FilterContext) => boolean
}

const FIELD_NAMES = [...Object.keys(TEXT_FIELDS), ...Object.keys(NUMBER_FIELDS), 'port'].join(', ')
const MAX_PORT = 65_535
const MAX_QUERY = 500

/** Parses a query. A token that does not parse carries its reason and is ignored. */
export function parseFilter(query: string): Filter {
  const tests: Test[] = []
  const ports: number[] = []
  const needs = new Set<FilterNeed>()
  const tokens = splitTokens(query.slice(0, MAX_QUERY)).map(({ text, start }): FilterToken => {
    const parsed = parseToken(text)
    if (typeof parsed !== 'string') {
      tests.push(parsed.test)
      if (parsed.port !== undefined) ports.push(parsed.port)
      if (parsed.needs !== undefined) needs.add(parsed.needs)
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
    needs,
    matches: (row, context) => tests.every((test) => test.row(row, context)),
    matchesApp: (app, rows, context) => {
      const members = { app, rows: app.pids.flatMap((pid) => rows.get(pid) ?? []) }
      return tests.every((test) => test.app(members, context))
    },
  }
}

/** Splits at spaces that are not inside quotes or a /regex/, which ends with a slash and a space or the end. */
export function splitTokens(query: string): { text: string; start: number }[] {
  const pattern = /-?(?:[a-z]+:)?"[^"]*"?|-?\/(?:[^/\\]|\\.)+\/(?=\s|$)|\S+/gi
  return [...query.matchAll(pattern)].map((match) => ({ text: match[0], start: match.index }))
}

interface ParsedToken {
  readonly test: Test
  readonly isField: boolean
  /** One port was asked for. */
  readonly port?: number
  readonly needs?: FilterNeed
}

function parseToken(text: string): ParsedToken | string {
  const port = /^:(\d*)$/.exec(text)
  if (port !== null) return parsePort('=', port[1] ?? '')
  if (text.length > 1 && text.startsWith('-')) {
    const inner = parseToken(text.slice(1))
    if (typeof inner === 'string') return inner
    const { test, port: _, ...how } = inner
    return {
      ...how,
      test: {
        row: (row, context) => !test.row(row, context),
        app: (app, context) => !test.app(app, context),
      },
    }
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
  const words = field === 'state' ? parseStates(value) : parseWords(value)
  if (typeof words === 'string') return words
  const read: TextField = TEXT_FIELDS[field as keyof typeof TEXT_FIELDS]
  const has = (text: string | null) => text !== null && words(foldCached(text))
  return {
    isField: true,
    test: {
      row: (row) => has(read.row(row)),
      app: ({ app, rows }) =>
        has(read.app?.(app) ?? null) || rows.some((row) => has(read.row(row))),
    },
  }
}

/** Each side of a bar may be an everyday word. */
function parseStates(value: string): Words | string {
  if (/^["/]/.test(value)) return parseWords(value)
  const sides = eitherOf(value)
  return sides.length === 0
    ? parseWords(value)
    : (status) =>
        sides.some(
          (side) => STATE_WORDS.get(side)?.some((one) => one === status) ?? status.includes(side),
        )
}

function parseComparison(name: string, operator: string, text: string): ParsedToken | string {
  const field = name.toLowerCase()
  if (field === 'port') return parsePort(operator, text)
  if (!Object.hasOwn(NUMBER_FIELDS, field)) {
    return Object.hasOwn(TEXT_FIELDS, field)
      ? `${field} is a word: write ${field}:${text === '' ? 'value' : text}.`
      : `There is no field "${name}". Fields: ${FIELD_NAMES}.`
  }
  const { row, app, unit }: NumberField = NUMBER_FIELDS[field as keyof typeof NUMBER_FIELDS]
  const wanted = parseNumber(text, UNITS[unit].suffixes)
  if (wanted === null) return notANumber(field, text, unit)
  const holds = (actual: number | null) => actual !== null && compares(actual, operator, wanted)
  const has: Test['row'] = (one, context) => holds(row(one, context))
  return {
    isField: true,
    ...(field === 'net' && { needs: 'network' as const }),
    test: {
      row: has,
      app: app === undefined ? anyOf(has) : (members, context) => holds(app(members, context)),
    },
  }
}

const anyOf =
  (has: Test['row']): Test['app'] =>
  ({ rows }, context) =>
    rows.some((row) => has(row, context))

function notANumber(field: string, text: string, unit: keyof typeof UNITS): string {
  const { name, examples } = UNITS[unit]
  const shown = examples.map((example) => field + example).join(', ')
  return `"${text}" is not a ${name}. Example${examples.length > 1 ? 's' : ''}: ${shown}.`
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
  const has: Test['row'] =
    operator === '='
      ? (row, { ports }) => portRole(portsOf(row, ports), wanted) !== null
      : (row, { ports }) =>
          [...(portsOf(row, ports)?.listens ?? [])].some((port) => compares(port, operator, wanted))
  return {
    isField: true,
    needs: 'ports',
    ...(operator === '=' && { port: wanted }),
    test: { row: has, app: anyOf(has) },
  }
}

export function portsOf(
  row: ProcessRow,
  ports: PortIndex | null | undefined,
): ProcessPorts | undefined {
  return ports?.byProcess.get(keyOfProcess(row))
}

function parseNumber(text: string, suffixes: Readonly<Record<string, number>>): number | null {
  const match = /^(-?\d+(?:\.\d+)?)([a-z]*)$/i.exec(text)
  if (match === null) return null
  const suffix = match[2]?.toLowerCase() ?? ''
  if (suffix !== '' && !Object.hasOwn(suffixes, suffix)) return null
  return Number(match[1]) * (suffixes[suffix] ?? 1)
}

function anywhere(words: Words): Test {
  const has = (row: ProcessRow) => words(searchText(row)) || words(String(row.pid))
  return {
    row: has,
    app: ({ app, rows }) => words(appText(app)) || rows.some((row) => has(row)),
  }
}

function appText({ name, user, unit }: AppRow): string {
  return foldCached(`${name}\n${user ?? ''}\n${unit ?? ''}`)
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
