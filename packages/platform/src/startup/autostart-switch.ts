import { createHash } from 'node:crypto'

/**
 * Switches in the text of a desktop entry. What we add is marked, so that it can be taken back to the byte; lines that
 * are not ours stay as they are. Text here is latin1: each byte is one character, and none is lost.
 */

const MARK = 'X-TaskManagerPro-Disabled'
/** Before a line of the file that stands back while ours holds. */
const SET_ASIDE = '#X-TaskManagerPro '

/** What to do with the user's file. */
export type Switched = { kind: 'write'; text: string } | { kind: 'remove' }

interface Parts {
  before: string[]
  /** Lines of the main group, the header excluded, with their ends. */
  group: string[]
  after: string[]
  /** As the header line ends. */
  end: string
}

/** null: no desktop entry. */
function partsOf(text: string): Parts | null {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const header = lines.findIndex((line) => /^\[Desktop Entry\]\r?\n$/.test(line))
  const end = /\r?\n$/.exec(lines[header] ?? '')?.[0]
  if (end === undefined) return null
  const next = lines.findIndex((line, index) => index > header && line.startsWith('['))
  const stop = next === -1 ? lines.length : next
  return {
    before: lines.slice(0, header + 1),
    group: lines.slice(header + 1, stop),
    after: lines.slice(stop),
    end,
  }
}

const joined = ({ before, group, after }: Parts, lines = group) =>
  [...before, ...lines, ...after].join('')
const isKey = (key: string) => (line: string) =>
  line.startsWith(key) && /^[ \t]*=/.test(line.slice(key.length))
const digest = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex')

/**
 * Hidden, in the main group. `isCopy`: the text is a copy of everybody's entry, made to be switched off.
 * null: it is no desktop entry.
 */
export function switchedOff(text: string, isCopy: boolean): Switched | null {
  const parts = partsOf(text)
  if (parts === null) return null
  const { group, end } = parts
  const mark = isCopy ? `copy ${digest(text)}` : 'own'
  const rest = group.map((line) =>
    isKey('Hidden')(line) || line.startsWith(SET_ASIDE) ? SET_ASIDE + line : line,
  )
  const ours = [`Hidden=true${end}`, `${MARK}=${mark}${end}`]
  return { kind: 'write', text: joined(parts, [...ours, ...rest]) }
}

/**
 * What we added is taken back; a copy that nobody changed goes. Where others switched it off, their switch is turned.
 * null: it is no desktop entry.
 */
export function switchedOn(text: string): Switched | null {
  const parts = partsOf(text)
  if (parts === null) return null
  const at = parts.group.findIndex(isKey(MARK))
  if (at === -1) return { kind: 'write', text: joined(parts, turned(parts.group)) }
  const mark = parts.group[at]
    ?.slice(MARK.length)
    .replace(/^[ \t]*=/, '')
    .trim()
  const rest = parts.group
    .filter((line, index) => index !== at && !(index === at - 1 && /^Hidden=true\r?\n$/.test(line)))
    .map((line) => (line.startsWith(SET_ASIDE) ? line.slice(SET_ASIDE.length) : line))
  const plain = joined(parts, rest)
  return mark === `copy ${digest(plain)}`
    ? { kind: 'remove' }
    : { kind: 'write', text: joined(parts, turned(rest)) }
}

/** The first line of a key counts, here as where its state is read. */
function turned(group: readonly string[]): string[] {
  const hidden = group.findIndex(isKey('Hidden'))
  const gnome = group.findIndex(isKey('X-GNOME-Autostart-enabled'))
  return group.map((line, index) => {
    if (index === hidden) return line.replace(/true(?=\s*$)/, 'false')
    return index === gnome ? line.replace(/false(?=\s*$)/, 'true') : line
  })
}
