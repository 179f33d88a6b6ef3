import { expect, test } from 'vitest'
import { withoutPlaceholders } from './support/windows-node.ts'

test('the two names are changed, and nothing else', () => {
  const node = Buffer.from('MZ\0VirtualAlloc\0VirtualAlloc2\0MapViewOfFile3\0MapViewOfFile\0')
  expect(withoutPlaceholders(node).toString()).toBe(
    'MZ\0VirtualAlloc\0VirtualAllocX\0MapViewOfFileX\0MapViewOfFile\0',
  )
  expect(node.toString()).toContain('VirtualAlloc2')
})

test.each([
  'MZ\0VirtualAlloc2\0',
  'MZ\0MapViewOfFile3\0VirtualAlloc2\0VirtualAlloc2\0',
  'MZ\0MapViewOfFile3\0xVirtualAlloc2\0',
])('a program that holds them otherwise is refused: %j', (text) => {
  expect(() => withoutPlaceholders(Buffer.from(text))).toThrow(/not there once/)
})
