import { expect, test } from 'vitest'
import { REG, windowsRegistry } from './registry.ts'
import type { SystemFunction } from './system-library.ts'

const SIZES = { MORE_DATA: 234, NO_MORE_ITEMS: 259 }

interface FakeValue {
  name: string
  /** Its size at each look, bytes; it stays with the last. */
  sizes: number[]
}

/** A key whose values change between two looks, as RegEnumValueW tells of them. */
function changingKey(values: FakeValue[]) {
  let looks = 0
  const enumValue = (
    _key: number,
    index: number,
    name: Buffer,
    nameLength: Buffer,
    _reserved: null,
    type: Buffer,
    data: Buffer,
    size: Buffer,
  ): number => {
    const value = values[index]
    if (value === undefined) return SIZES.NO_MORE_ITEMS
    looks++
    const now = value.sizes.length > 1 ? (value.sizes.shift() ?? 0) : (value.sizes[0] ?? 0)
    const room = size.readUInt32LE(0)
    size.writeUInt32LE(now)
    if (now > room) return SIZES.MORE_DATA
    nameLength.writeUInt32LE(value.name.length)
    name.write(value.name, 'utf16le')
    type.writeUInt32LE(REG.binary)
    data.fill(7, 0, now)
    return 0
  }
  const calls: Record<string, (...args: never[]) => number> = {
    RegOpenKeyExW: () => 0,
    RegCreateKeyExW: () => 0,
    RegEnumValueW: enumValue,
    RegEnumKeyExW: () => SIZES.NO_MORE_ITEMS,
    RegSetValueExW: () => 0,
    RegCloseKey: () => 0,
  }
  const registry = windowsRegistry({
    optional: (prototype) => {
      const name = /\w+(?=\()/.exec(prototype)?.[0] ?? ''
      return (calls[name] ?? null) as SystemFunction | null
    },
  })
  const read = registry?.values('user', 'any')
  return { read, looks: () => looks }
}

const sizesOf = ({ read }: ReturnType<typeof changingKey>) =>
  read?.kind === 'ok' ? read.value.map(({ name, bytes }) => [name, bytes.length]) : read

test('a value that grows while it is read is asked for again, and hides no other', () => {
  const grows = { name: 'Grows', sizes: [5000, 6000, 7000] }
  const key = changingKey([{ name: 'First', sizes: [8] }, grows, { name: 'Last', sizes: [0] }])
  expect(sizesOf(key)).toEqual([
    ['First', 8],
    ['Grows', 7000],
    ['Last', 0],
  ])
  expect(key.looks()).toBe(6)
})

test('one that shrinks meanwhile has its new size', () => {
  expect(sizesOf(changingKey([{ name: 'Shrinks', sizes: [5000, 12] }]))).toEqual([['Shrinks', 12]])
})

test('one that never stops growing is no list without it, but a failure', () => {
  const sizes = Array.from({ length: 100 }, (_, look) => 5000 + look)
  const key = changingKey([{ name: 'Endless', sizes }])
  expect(key.read).toEqual({ kind: 'failed' })
  expect(key.looks()).toBeLessThan(10)
})

test('what is too large for anything that is read here is left out', () => {
  const key = changingKey([
    { name: 'Huge', sizes: [2 ** 21] },
    { name: 'Small', sizes: [4] },
  ])
  expect(sizesOf(key)).toEqual([['Small', 4]])
})
