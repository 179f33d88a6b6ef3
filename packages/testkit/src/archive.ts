/**
 * A recorded machine as one text file: every path below `proc/`, `sys/` and `etc/` with its mode and content.
 * Text, because git and Windows spoil NULs, symlinks and odd file names; escaped to plain ASCII, because a name
 * such as one with bidirectional marks would otherwise rewrite how the recording itself reads.
 *
 *     recording 1
 *     about: one sentence, shown by `describe`
 *     dir 0555 proc/1/fd
 *     link proc/1/exe -> /usr/sbin/init
 *     denied proc/1/io
 *     file 0444 proc/1/comm
 *     |init
 *
 * Content lines begin with `|`. `\\` is a backslash, `\xNN` any byte outside printable ASCII except newline and tab,
 * a lone backslash at the end of a line says that the content ends without a newline.
 */
export interface Recording {
  about: string
  entries: RecordedEntry[]
}

export type RecordedEntry =
  | { kind: 'dir'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string }
  /** Opening it fails with EACCES, whoever asks. */
  | { kind: 'denied'; path: string }
  | { kind: 'file'; path: string; mode: number; content: Buffer }

export class RecordingError extends Error {
  readonly code = 'RECORDING'
  constructor(line: number, what: string) {
    super(`line ${line}: ${what}`)
    this.name = 'RecordingError'
  }
}

const HEADER = 'recording 1'

export function formatRecording(recording: Recording): string {
  const lines = [HEADER, `about: ${recording.about}`]
  for (const entry of recording.entries) lines.push(...formatEntry(entry))
  return `${lines.join('\n')}\n`
}

function formatEntry(entry: RecordedEntry): string[] {
  const path = escapeWord(entry.path)
  switch (entry.kind) {
    case 'dir':
      return [`dir ${formatMode(entry.mode)} ${path}`]
    case 'link':
      return [`link ${path} -> ${escapeWord(entry.target)}`]
    case 'denied':
      return [`denied ${path}`]
    case 'file':
      return [`file ${formatMode(entry.mode)} ${path}`, ...contentLines(entry.content)]
  }
}

const formatMode = (mode: number) => (mode & 0o777).toString(8).padStart(4, '0')

function contentLines(content: Buffer): string[] {
  if (content.length === 0) return []
  const text = escape(content)
  const whole = text.endsWith('\n') ? text.slice(0, -1) : `${text}\\`
  return whole.split('\n').map((line) => `|${line}`)
}

const escape = (bytes: Buffer) =>
  bytes
    .toString('latin1')
    .replaceAll(/[^\n\t -[\]-~]/g, (c) =>
      c === '\\' ? '\\\\' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )

/** A path or link target: also newline, tab and a blank are escaped, so that a line has one meaning. */
const escapeWord = (text: string) =>
  escape(Buffer.from(text, 'latin1')).replaceAll(
    /[\n\t ]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

/** @throws RecordingError naming the line that is not shaped as above. Paths and targets come as latin1, one character a byte. */
export function parseRecording(text: string): Recording {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  if (lines.pop() !== '')
    throw new RecordingError(lines.length + 1, 'cut short: no newline at the end')
  if (lines[0] !== HEADER) throw new RecordingError(1, `expected "${HEADER}"`)
  if (!lines[1]?.startsWith('about: ')) throw new RecordingError(2, 'expected "about: "')
  const recording: Recording = { about: lines[1].slice('about: '.length), entries: [] }
  let at = 2
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const end = contentEnd(lines, at + 1)
    recording.entries.push(parseEntry(line, lines.slice(at + 1, end), at + 1))
    at = end
  }
  return recording
}

function contentEnd(lines: string[], from: number): number {
  let end = from
  while (lines[end]?.startsWith('|')) end++
  return end
}

function parseEntry(line: string, content: string[], number: number): RecordedEntry {
  const [kind, ...words] = line.split(' ')
  if (kind !== 'file' && content.length > 0) {
    throw new RecordingError(number, 'only a file has content')
  }
  if (kind === 'dir' && words.length === 2) {
    return { kind, mode: parseMode(words[0], number), path: safePath(words[1], number) }
  }
  if (kind === 'link' && words.length === 3 && words[1] === '->') {
    const target = unescape(words[2] ?? '', number).toString('latin1')
    return { kind, path: safePath(words[0], number), target }
  }
  if (kind === 'denied' && words.length === 1) return { kind, path: safePath(words[0], number) }
  if (kind === 'file' && words.length === 2) {
    const path = safePath(words[1], number)
    return { kind, mode: parseMode(words[0], number), path, content: parseContent(content, number) }
  }
  throw new RecordingError(number, `not an entry: ${JSON.stringify(line.slice(0, 60))}`)
}

function parseMode(word: string | undefined, line: number): number {
  if (word === undefined || !/^[0-7]{4}$/.test(word)) throw new RecordingError(line, 'bad mode')
  return Number.parseInt(word, 8)
}

function safePath(word: string | undefined, line: number): string {
  const path = unescape(word ?? '', line).toString('latin1')
  const parts = path.split('/')
  if (
    !['proc', 'sys', 'etc'].includes(parts[0] ?? '') ||
    parts.includes('..') ||
    parts.includes('')
  ) {
    throw new RecordingError(line, `path outside the recording: ${JSON.stringify(path)}`)
  }
  return path
}

function parseContent(lines: string[], number: number): Buffer {
  if (lines.length === 0) return Buffer.alloc(0)
  const text = lines.map((line) => line.slice(1)).join('\n')
  // An escaped backslash is a pair, so an odd run at the end is the mark for "no newline".
  const run = /\\*$/.exec(text)?.[0].length ?? 0
  return unescape(run % 2 === 1 ? text.slice(0, -1) : `${text}\n`, number)
}

function unescape(text: string, line: number): Buffer {
  const plain = text.replaceAll(/\\(x[0-9a-f]{2}|\\|.?)/g, (whole, code: string) => {
    if (code === '\\') return '\\'
    if (code.startsWith('x')) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    throw new RecordingError(line, `bad escape ${JSON.stringify(whole)}`)
  })
  return Buffer.from(plain, 'latin1')
}
