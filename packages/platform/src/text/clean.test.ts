import { expect, test } from 'vitest'
import { cleanBytes, cleanName, cleanText, cut } from './clean.ts'

test.each([
  ['plain', 'plain'],
  ['Grüße 日本 👍', 'Grüße 日本 👍'],
  ['a\nb', 'a␊b'],
  ['\u001b[31m', '␛[31m'],
  ['\u007f', '␡'],
  ['\u202egpj.exe', '\\u{202e}gpj.exe'],
  ['a\u200bb', 'a\\u{200b}b'],
  ['\ufeffx', '\\u{feff}x'],
  ['\ud800', '\ufffd'],
])('%j is shown as %j', (given, expected) => {
  expect(cleanText(given)).toBe(expected)
})

test('invalid UTF-8 becomes the replacement character', () => {
  expect(cleanBytes(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\ufffdb')
})

test('names are at most 255 units and never end in half a character', () => {
  expect(cleanName('x'.repeat(300))).toHaveLength(255)
  expect(cut('ab👍', 3)).toBe('ab')
})
