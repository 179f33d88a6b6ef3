import { describe, expect, test } from 'vitest'
import { koffiOrNull } from '../../ffi.ts'
import type { SystemFunction } from '../system-library.ts'
import { openCounters } from './counter-query.ts'

type Callback = (error: Error | null, answer: number) => void

/** A library whose `PdhCollectQueryData` answers these codes. */
function fakePdh(codes: number[]) {
  const collect = Object.assign(() => 0, {
    async: (_query: number, done: Callback) => done(null, codes.shift() ?? 0),
  })
  // No data: as PdhGetFormattedCounterArrayW answers before there are any.
  const arrayOf = Object.assign(() => 0, {
    async: (...args: unknown[]) => (args.at(-1) as Callback)(null, 0x8000_07d5 | 0),
  })
  const calls: Record<string, unknown> = {
    PdhOpenQueryW: () => 0,
    PdhAddEnglishCounterW: () => 0,
    PdhCollectQueryData: collect,
    PdhGetFormattedCounterArrayW: arrayOf,
    PdhCloseQuery: () => 0,
  }
  return {
    optional: (prototype: string) =>
      calls[/\w+(?=\()/.exec(prototype)?.[0] ?? ''] as SystemFunction | null,
  }
}

describe.skipIf(koffiOrNull() === null)('counters that are collected', () => {
  const path = String.raw`\GPU Engine(*)\Utilization Percentage`
  const empty = { kind: 'ok', value: [new Map()] }

  test('no data yet is normal; what else fails is told, and asked again', async () => {
    const NO_DATA = 0x8000_07d5
    const ACCESS_DENIED = 0xc000_0bdb
    // As koffi has them, and as a signed number.
    const query = openCounters(
      [path],
      fakePdh([NO_DATA, NO_DATA | 0, ACCESS_DENIED, 0xc000_0bbc, 0]),
    )
    expect(await query?.collect()).toEqual(empty)
    expect(await query?.collect()).toEqual(empty)
    expect(await query?.collect()).toEqual({ kind: 'denied' })
    expect(await query?.collect()).toEqual({ kind: 'failed' })
    expect(await query?.collect()).toEqual(empty)
    query?.close()
    expect(await query?.collect()).toEqual({ kind: 'gone' })
  })

  test('a Windows without the library has no counters', () => {
    expect(openCounters([path], null)).toBeNull()
    expect(openCounters([path], { optional: () => null })).toBeNull()
  })
})
