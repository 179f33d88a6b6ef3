import type { LogLine } from '@taskmanager/contracts'
import { cleanBytes, cleanName, cleanText, cut } from '../text/clean.ts'

const MOST_CHARACTERS = 4096
/** Colours and other sequences a terminal would follow. Source: ECMA-48, control sequences. */
// oxlint-disable-next-line no-control-regex -- finding them is the purpose
const SEQUENCE = /\u001b\[[0-9;:?]*[ -/]*[@-~]/g

/** The fields of one journal entry, as bytes; null: it has none. Source: systemd.journal-fields(7). */
export interface LogFields {
  realtimeUs: number
  message: Uint8Array | null
  priority: Uint8Array | null
  identifier: Uint8Array | null
  pid: Uint8Array | null
}

export function logLineOf(fields: LogFields): LogLine {
  const { realtimeUs, message, priority, identifier, pid } = fields
  const level = numberOf(priority)
  return {
    at_ms: realtimeUs / 1000,
    priority: level !== null && level <= 7 ? level : null,
    text: message === null ? '' : textOf(message),
    identifier: identifier === null ? null : cleanName(identifier),
    pid: numberOf(pid),
  }
}

/** Anybody may write anything there; only the ends of lines are kept as what they are. */
function textOf(message: Uint8Array): string {
  const plain = new TextDecoder().decode(message).replaceAll(SEQUENCE, '')
  const lines = cut(plain, MOST_CHARACTERS).trimEnd().split(/\r?\n/)
  return cut(lines.map(cleanText).join('\n'), MOST_CHARACTERS)
}

function numberOf(bytes: Uint8Array | null): number | null {
  const text = bytes === null ? '' : cleanBytes(bytes)
  return /^\d{1,10}$/.test(text) ? Number(text) : null
}
