import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import { fold } from './fold.ts'
import { portHint, portRole, type PortIndex } from './port-index.ts'
import { keyOfProcess } from './process-key.ts'

/** What was typed into the palette. */
export interface PaletteQuery {
  /** `> pause` asks for commands only. */
  readonly commandsOnly: boolean
  /** Folded words; all must be found. */
  readonly words: readonly string[]
  /** Digits alone: a PID comes before everything else. */
  readonly pid: string | null
  /** `:8000`, `port 8000`: who listens there, then who is connected to it. */
  readonly port: number | null
  /** `kill firefox`: what to do, and the words of whom. */
  readonly asked: { readonly action: ActionId; readonly words: readonly string[] } | null
}

/** What can be done to a program by a word typed before its name. */
export type ActionId = 'end' | 'force-end' | 'suspend' | 'priority' | 'details'

const VERBS: ReadonlyMap<string, ActionId> = new Map([
  ['end', 'end'],
  ['kill', 'end'],
  ['close', 'end'],
  ['quit', 'end'],
  ['stop', 'end'],
  ['force', 'force-end'],
  ['suspend', 'suspend'],
  ['resume', 'suspend'],
  ['priority', 'priority'],
  ['renice', 'priority'],
  ['details', 'details'],
])
const PORT = /^(?:port:?\s*|:)(\d{1,5})$/

export function parsePaletteQuery(text: string): PaletteQuery {
  const commandsOnly = text.trimStart().startsWith('>')
  const rest = commandsOnly ? text.trimStart().slice(1) : text
  const words = fold(rest).split(/\s+/).filter(Boolean)
  const [only = ''] = words
  const pid = commandsOnly ? null : pidOf(words)
  const port = commandsOnly ? undefined : PORT.exec(words.join(' '))?.[1]
  const action = commandsOnly || words.length < 2 ? undefined : VERBS.get(only)
  const asked = action === undefined ? null : { action, words: words.slice(1) }
  return { commandsOnly, words, pid, port: port === undefined ? null : Number(port), asked }
}

/** The digits, where they are all there is. */
export function pidOf(words: readonly string[]): string | null {
  const [only = ''] = words
  return words.length === 1 && /^\d{1,10}$/.test(only) ? only : null
}

/** How well something fits, best first; 0 does not fit at all. */
const FIT = { wholePid: 7, startOfPid: 6, whole: 5, start: 4, startOfWord: 3, inside: 2, hint: 1 }

/**
 * The least of what its words reach: each must be in the name, or at least in the hint. Both texts are folded; the
 * hint is made only when it is needed.
 */
export function fitOf(words: readonly string[], name: string, hint: () => string): number {
  let least = FIT.whole
  for (const word of words) least = Math.min(least, fitOfWord(word, name, hint))
  return least
}

function fitOfWord(word: string, name: string, hint: () => string): number {
  const at = name.indexOf(word)
  if (at === -1) return hint().includes(word) ? FIT.hint : 0
  if (at === 0) return name.length === word.length ? FIT.whole : FIT.start
  return /[\p{L}\p{N}]/u.test(name[at - 1] ?? '') ? FIT.inside : FIT.startOfWord
}

/** A program that runs now: a whole app, or one process that its app does not already stand for. */
export type RunningHit =
  | { readonly kind: 'app'; readonly id: string; readonly fit: number; readonly app: AppRow }
  | {
      readonly kind: 'process'
      readonly id: string
      readonly fit: number
      readonly row: ProcessRow
      /** What it does on the port that was asked for. */
      readonly hint?: string
    }

interface Running {
  readonly apps: ReadonlyMap<string, AppRow>
  readonly rows: ReadonlyMap<number, ProcessRow>
}

/** Who is on a port: the listener first, then those connected to it. */
export function findOnPort(
  port: number,
  rows: ReadonlyMap<number, ProcessRow>,
  { byProcess }: PortIndex,
): RunningHit[] {
  const hits: RunningHit[] = []
  for (const row of rows.values()) {
    const ports = byProcess.get(keyOfProcess(row))
    const [role, hint] = [portRole(ports, port), portHint(ports, port)]
    if (role === null || hint === null) continue
    const fit = role === 'listens' ? FIT.wholePid : FIT.whole
    hits.push({ kind: 'process', id: `process:${keyOfProcess(row)}`, fit, row, hint })
  }
  return hits.toSorted(compareHits)
}

/** What runs now and fits, the best first; with equal fit the one that uses more. Nothing typed: the busiest apps. */
export function findRunning(
  query: Pick<PaletteQuery, 'words' | 'pid'>,
  { apps, rows }: Running,
  most: number,
) {
  const hits: RunningHit[] = []
  const fitOfApp = new Map<string, number>()
  for (const app of apps.values()) {
    const fit = fitOf(query.words, folded(names, app, app.name), () =>
      folded(hints, app, app.unit ?? ''),
    )
    if (fit === 0) continue
    fitOfApp.set(app.id, fit)
    hits.push({ kind: 'app', id: `app:${app.id}`, fit, app })
  }
  for (const row of query.words.length === 0 ? [] : rows.values()) {
    const fit = Math.max(fitOfPid(query.pid, row.pid), fitOfRow(query.words, row))
    if (fit === 0 || fit <= (fitOfApp.get(row.app_id) ?? 0)) continue
    hits.push({ kind: 'process', id: `process:${keyOfProcess(row)}`, fit, row })
  }
  return hits.toSorted(compareHits).slice(0, most)
}

function fitOfPid(typed: string | null, pid: number): number {
  if (typed === null) return 0
  const text = String(pid)
  if (text === typed) return FIT.wholePid
  return text.startsWith(typed) ? FIT.startOfPid : 0
}

function fitOfRow(words: readonly string[], row: ProcessRow): number {
  return fitOf(words, folded(names, row, row.name), () =>
    folded(hints, row, `${row.cmdline ?? ''}\n${row.user ?? ''}\n${row.unit ?? ''}`),
  )
}

function compareHits(a: RunningHit, b: RunningHit): number {
  const [one, other] = [figuresOfHit(a), figuresOfHit(b)]
  return (
    b.fit - a.fit ||
    (other.cpu_percent ?? -1) - (one.cpu_percent ?? -1) ||
    (other.memory ?? -1) - (one.memory ?? -1) ||
    (one.name < other.name ? -1 : one.name > other.name ? 1 : 0) ||
    (a.id < b.id ? -1 : 1)
  )
}

export function figuresOfHit(hit: RunningHit): AppRow | ProcessRow {
  return hit.kind === 'app' ? hit.app : hit.row
}

// A row keeps its reference while it does not change: its texts are folded once, not at every key.
const names = new WeakMap<object, string>()
const hints = new WeakMap<object, string>()
// oxlint-disable-next-line eslint/no-control-regex -- all of ASCII, control characters too
const ASCII = /^[\0-\x7f]*$/

function folded(cache: WeakMap<object, string>, row: object, text: string): string {
  let known = cache.get(row)
  if (known === undefined) {
    // Nearly every text is plain, and 5,000 of them are folded at the first key.
    known = ASCII.test(text) ? text.toLowerCase() : fold(text)
    cache.set(row, known)
  }
  return known
}

export interface MarkedPart {
  readonly text: string
  readonly isMarked: boolean
}

/** A title cut at the words that were found in it, for underlining. */
export function markWords(title: string, words: readonly string[]): MarkedPart[] {
  const text = fold(title)
  // Where folding changes the length, positions of one text mean nothing in the other.
  const found = text.length === title.length ? words.flatMap((word) => rangeOf(text, word)) : []
  const parts: MarkedPart[] = []
  let end = 0
  for (const { from, to } of found.toSorted((a, b) => a.from - b.from)) {
    if (from < end) continue
    if (from > end) parts.push({ text: title.slice(end, from), isMarked: false })
    parts.push({ text: title.slice(from, to), isMarked: true })
    end = to
  }
  if (end < title.length) parts.push({ text: title.slice(end), isMarked: false })
  return parts
}

function rangeOf(text: string, word: string) {
  const from = text.indexOf(word)
  return from === -1 ? [] : [{ from, to: from + word.length }]
}
