import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePreferences } from './preferences.ts'

const initial = parsePreferences(null)

describe('saved preferences', () => {
  test('any text in the storage gives usable preferences', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.constant('null'), fc.constant('[]')),
        (text) => {
          expect(Object.keys(parsePreferences(text)).toSorted()).toEqual(
            Object.keys(initial).toSorted(),
          )
        },
      ),
    )
  })

  test('whatever is saved under a known name, what is read is good: saved and read again it is the same', () => {
    const anything = Object.fromEntries(
      Object.keys(initial).map((name) => [
        name,
        fc.oneof(
          fc.jsonValue(),
          fc.constantFrom('dark', 'more', 'gb', 'core', 600, 2000, true),
          fc.array(fc.string(), { maxLength: 3 }),
          fc.dictionary(fc.string(), fc.double()),
        ),
      ]),
    )
    fc.assert(
      fc.property(fc.record(anything, { requiredKeys: [] }), (saved) => {
        const read = parsePreferences(JSON.stringify(saved))
        expect(parsePreferences(JSON.stringify(read))).toEqual(read)
      }),
    )
  })

  test('a corrupt value falls back alone', () => {
    const saved = JSON.stringify({
      theme: 'dark',
      density: 'huge',
      intervalMs: 3,
      processColumnWidths: { name: 1e9 },
      processColumns: ['name', 7],
    })
    expect(parsePreferences(saved)).toEqual({ ...initial, theme: 'dark' })
  })

  test('good values come back', () => {
    const saved = {
      intervalMs: 2000,
      processColumns: ['name', 'cpu'],
      processColumnWidths: { name: 300 },
      openBranches: ['firefox'],
    }
    expect(parsePreferences(JSON.stringify(saved))).toEqual({ ...initial, ...saved })
  })

  test('keys of the prototype are not preferences', () => {
    const parsed = parsePreferences('{"__proto__":{"theme":"dark"},"constructor":1}')
    expect(parsed).toEqual(initial)
  })
})
