import { expect, test } from 'vitest'
import type { Journal, JournalLibrary } from './journal-library.ts'
import { JournalLog } from './journal-log.ts'

/** A journal whose entries are told newest first. */
function libraryOf(entries: readonly { atUs: number; text: string }[]): JournalLibrary {
  let at = -1
  return {
    open: () => ({}) as Journal,
    openDirectory: () => ({}) as Journal,
    close: () => {},
    match: () => 0,
    or: () => 0,
    seekTail: () => ((at = -1), 0),
    previous: () => Number(++at < entries.length),
    realtimeUs: () => entries[at]?.atUs ?? -1,
    field: (_journal, name) =>
      name === 'MESSAGE' ? new TextEncoder().encode(entries[at]?.text) : null,
  }
}

test('an entry whose time is damaged is left out, not told as of 1970', async () => {
  const library = libraryOf([
    { atUs: 1_700_000_000_000_000, text: 'last' },
    { atUs: -1, text: 'damaged' },
    { atUs: 1_600_000_000_000_000, text: 'first' },
  ])
  const log = new JournalLog({ library, directories: [], only: '/nonexistent', uid: 0 })
  const { lines } = await log.tail('system', 'cron.service')
  expect(lines.map(({ text, at_ms: at }) => [text, at])).toEqual([
    ['first', 1_600_000_000_000],
    ['last', 1_700_000_000_000],
  ])
})
