import { cleanText, cut } from '../text/clean.ts'
import { redactArguments } from '../text/redact.ts'

const MOST_CHARACTERS = 4096

/** The arguments of a program as the details show them: secrets masked, cut where they are too many. */
export function shownArguments(args: readonly string[]): { list: string[]; truncated: boolean } {
  const list: string[] = []
  let room = MOST_CHARACTERS
  for (const argument of redactArguments(args).map(cleanText)) {
    if (room <= 0) return { list, truncated: true }
    list.push(cut(argument, room))
    if (argument.length > room) return { list, truncated: true }
    room -= argument.length + 1
  }
  return { list, truncated: false }
}
