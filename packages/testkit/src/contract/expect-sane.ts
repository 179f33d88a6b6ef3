import { expect } from 'vitest'

/**
 * What holds for every record of every provider: no NaN, no infinity, no `undefined`, and no negative number in a field
 * whose name carries a unit that cannot be negative. `null` is always allowed: unknown is an answer.
 */
export function expectSaneNumbers(value: unknown, path = ''): void {
  expect({ path, kind: typeof value }).not.toEqual({ path, kind: 'undefined' })
  if (typeof value === 'number') {
    expect({ path, finite: Number.isFinite(value) }).toEqual({ path, finite: true })
    const mayBeNegative = /(Celsius|watts|nice|priority|value|oom)/i.test(path)
    expect({ path, value, ok: mayBeNegative || value >= 0 }).toMatchObject({ ok: true })
    return
  }
  if (value instanceof Map) {
    for (const [key, item] of value) expectSaneNumbers(item, `${path}.${String(key)}`)
    return
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) expectSaneNumbers(item, `${path}.${key}`)
  }
}

/** Text that is safe to show: no control, bidirectional or zero-width characters, no lone surrogates, of bounded length. */
export function expectCleanText(text: string, maxLength: number): void {
  expect(text).not.toMatch(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u)
  expect(text.length).toBeLessThanOrEqual(maxLength)
}

/** A value a golden file can hold: maps as objects, instants and whatever a clock gives taken out by the caller. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, item: unknown) => (item instanceof Map ? Object.fromEntries(item) : item), 2)}\n`
}
