import { koffiOrNull } from '../../ffi.ts'
import { callAsync } from '../../call-async.ts'
import { GuardedHandle } from '../guarded-handle.ts'
import { parseCounterArray } from './parse-counter-array.ts'
import type { ReadResult } from '../../read-result.ts'
import { addressOf, systemLibrary, type SystemLibrary } from '../system-library.ts'

/** Performance counters that are collected together. */
export interface CounterQuery {
  /**
   * Values by instance, one map for each counter. A rate needs two collections: it is empty before the second. null:
   * the counter is not there. Takes tens of milliseconds, on a thread beside ours.
   */
  collect(): Promise<ReadResult<(Map<string, number> | null)[]>>
  close(): void
}

// Source: pdhmsg.h, pdh.h.
const MORE_DATA = 0x8000_07d2
/** Nothing to collect from just now, as before the first instance. */
const NO_DATA = 0x8000_07d5
const ACCESS_DENIED = 0xc000_0bdb
const DOUBLE_UNCAPPED = 0x200 | 0x8000
/** More than the counters of the busiest machine. */
const MOST_SIZE = 1 << 24

/**
 * By their English names, which hold in every language of Windows. null where this system lacks the library.
 * Source: PdhAddEnglishCounterW, PdhCollectQueryData, PdhGetFormattedCounterArrayW.
 */
export function openCounters(
  paths: readonly string[],
  library: Pick<SystemLibrary, 'optional'> | null = systemLibrary('pdh'),
): CounterQuery | null {
  const koffi = koffiOrNull()
  const pdh = (prototype: string) => library?.optional(prototype) ?? null
  const open = pdh('uint32 PdhOpenQueryW(void *source, uintptr_t data, _Out_ intptr_t *query)')
  const add = pdh(
    'uint32 PdhAddEnglishCounterW(intptr_t query, str16 path, uintptr_t data, _Out_ intptr_t *counter)',
  )
  const collectData = pdh('uint32 PdhCollectQueryData(intptr_t query)')
  const arrayOf = pdh(
    'uint32 PdhGetFormattedCounterArrayW(intptr_t counter, uint32 format, void *size, void *count, void *items)',
  )
  const closeQuery = pdh('uint32 PdhCloseQuery(intptr_t query)')
  if (!koffi || !open || !add || !collectData || !arrayOf || !closeQuery) return null

  const query: [number] = [0]
  if (open(null, 0, query) !== 0) return null
  const counters = paths.map((path) => {
    const counter: [number] = [0]
    return add(query[0], path, 0, counter) === 0 ? counter[0] : null
  })

  let buffer = Buffer.alloc(1 << 14)
  const [size, count] = [Buffer.alloc(4), Buffer.alloc(4)]

  async function valuesOf(counter: number): Promise<Map<string, number>> {
    for (;;) {
      size.writeUInt32LE(buffer.length, 0)
      const code = Number(await callAsync(arrayOf!, counter, DOUBLE_UNCAPPED, size, count, buffer))
      const needed = size.readUInt32LE(0)
      if (code >>> 0 === MORE_DATA && needed > buffer.length && needed <= MOST_SIZE) {
        buffer = Buffer.alloc(needed + needed / 4)
        continue
      }
      // Most often that there are no data yet, or no instance just now.
      if (code !== 0) return new Map()
      return parseCounterArray(buffer, addressOf(koffi!, buffer), count.readUInt32LE(0))
    }
  }

  async function collected(): Promise<ReadResult<(Map<string, number> | null)[]>> {
    const code = Number(await callAsync(collectData!, query[0])) >>> 0
    if (code !== 0 && code !== NO_DATA)
      return { kind: code === ACCESS_DENIED ? 'denied' : 'failed' }
    const values: (Map<string, number> | null)[] = []
    for (const counter of counters) values.push(counter === null ? null : await valuesOf(counter))
    return { kind: 'ok', value: values }
  }

  const guarded = new GuardedHandle(() => void closeQuery(query[0]))
  return {
    async collect() {
      if (counters.every((counter) => counter === null))
        return { kind: 'ok', value: counters.map(() => null) }
      return (await guarded.use(collected)) ?? { kind: 'gone' }
    },
    close: () => guarded.close(),
  }
}
