import { koffiOrNull } from '@taskmanager/platform'
import { expect, test } from 'vitest'

test('this is a Windows, and its functions can be called', () => {
  expect(process.platform).toBe('win32')
  const kernel32 = koffiOrNull()?.load('C:\\windows\\System32\\kernel32.dll')
  expect(kernel32?.func('uint32_t GetCurrentProcessId()')()).toBe(process.pid)
})
