import { expect, test } from 'vitest'
import { blockedReason } from './blocked.ts'

const plain = { user: 'anna', elevated: false }
const own = { pid: 10, start_id: 's', name: 'code', user: 'anna' }
const root = { pid: 11, start_id: 's', name: 'nginx', user: 'root' }

test('what belongs to another user needs elevated mode, and says whose it is', () => {
  expect(blockedReason([own], plain)).toBeNull()
  expect(blockedReason([root], plain)).toBe('Needs elevated mode: belongs to root')
  expect(blockedReason([root], { user: 'root', elevated: true })).toBeNull()
})

test('of several, one that can be acted on is enough', () => {
  expect(blockedReason([root, own], plain)).toBeNull()
  expect(blockedReason([root, root], plain)).toBe('Needs elevated mode: belongs to root')
})

test('PID 1 and the kernel are off for everybody', () => {
  const everything = { user: 'root', elevated: true }
  expect(blockedReason([{ ...root, pid: 1 }], everything)).toMatch(/PID 1 runs the whole system/)
  expect(blockedReason([{ ...root, name: 'kworker', isKernel: true }], everything)).toBe(
    'kworker is a part of the kernel',
  )
})

test('where the owner is not known, nothing is claimed', () => {
  expect(blockedReason([{ ...own, user: null }], plain)).toBeNull()
  expect(blockedReason([root], { user: null, elevated: false })).toBeNull()
})
