import { koffiOrNull } from '../ffi.ts'

declare const openJournal: unique symbol
/** An open journal, a pointer. */
export interface Journal {
  readonly [openJournal]: never
}

/**
 * libsystemd, sd-journal(3). Numbers below 0 are errnos. A journal is for the thread that opened it, so these are
 * called at once and not on a thread of their own: each looks up or reads one entry.
 */
export interface JournalLibrary {
  /** The journals of this machine that may be read; a number below 0 where there can be none. */
  open(): Journal | number
  /** Those below one directory. */
  openDirectory(path: string): Journal | number
  close(journal: Journal): void
  /** `FIELD=value`; one after the other: AND for different fields, OR for one. */
  match(journal: Journal, text: string): number
  /** OR between what was matched so far and what follows. */
  or(journal: Journal): number
  seekTail(journal: Journal): number
  /** 0: there is no older one. */
  previous(journal: Journal): number
  /** Microseconds since the epoch, -1: not told. */
  realtimeUs(journal: Journal): number
  /** The value of a field of this entry, a copy; null: it has none. */
  field(journal: Journal, name: string): Uint8Array | null
}

const LOCAL_ONLY = 1
/** Longer fields come cut. */
const MOST_FIELD_BYTES = 16 * 1024

/** null without FFI and where libsystemd is not installed. */
export function openJournalLibrary(): JournalLibrary | null {
  const koffi = koffiOrNull()
  if (koffi === null || process.platform !== 'linux') return null
  try {
    const library = koffi.load('libsystemd.so.0')
    const open = library.func('int sd_journal_open(_Out_ void **journal, int flags)')
    const openDirectory = library.func(
      'int sd_journal_open_directory(_Out_ void **journal, const char *path, int flags)',
    )
    const close = library.func('void sd_journal_close(void *journal)')
    const addMatch = library.func(
      'int sd_journal_add_match(void *journal, const char *data, size_t size)',
    )
    const addOr = library.func('int sd_journal_add_disjunction(void *journal)')
    const seekTail = library.func('int sd_journal_seek_tail(void *journal)')
    const previous = library.func('int sd_journal_previous(void *journal)')
    const threshold = library.func('int sd_journal_set_data_threshold(void *journal, size_t size)')
    const realtime = library.func(
      'int sd_journal_get_realtime_usec(void *journal, _Out_ uint64_t *microseconds)',
    )
    const data = library.func(
      'int sd_journal_get_data(void *journal, const char *field, _Out_ void **data, _Out_ size_t *length)',
    )
    const opened = (call: (out: [unknown]) => unknown): Journal | number => {
      const out: [unknown] = [null]
      const result = Number(call(out))
      if (result < 0) return result
      threshold(out[0], MOST_FIELD_BYTES)
      return out[0] as Journal
    }
    return {
      open: () => opened((out) => open(out, LOCAL_ONLY)),
      openDirectory: (path) => opened((out) => openDirectory(out, path, 0)),
      close: (journal) => void close(journal),
      match: (journal, text) => Number(addMatch(journal, text, 0)),
      or: (journal) => Number(addOr(journal)),
      seekTail: (journal) => Number(seekTail(journal)),
      previous: (journal) => Number(previous(journal)),
      realtimeUs: (journal) => {
        const out: [number | bigint] = [0]
        return Number(realtime(journal, out)) < 0 ? -1 : Number(out[0])
      },
      field: (journal, name) => {
        const pointer: [unknown] = [null]
        const length: [number | bigint] = [0]
        if (Number(data(journal, name, pointer, length)) < 0) return null
        // The memory is the library's, until its next call. It cuts only what it has to decompress.
        const most = Math.min(Number(length[0]), MOST_FIELD_BYTES)
        const bytes = new Uint8Array(koffi.view(pointer[0], most))
        return bytes.slice(name.length + 1)
      },
    }
  } catch {
    return null // no libsystemd here: another system of services, or none
  }
}
