import { expect, test } from 'vitest'
import { failureOfAsync } from './call-async.ts'
import { handleCalls, PROCESS_RIGHT, WIN_ERROR, withProcess } from './handles.ts'
import { systemDirectory, systemLibrary } from './system-library.ts'

const calls = handleCalls()
if (calls === null) throw new Error('koffi has no binary here')

test('this is a Windows, and its functions can be called', () => {
  expect(process.platform).toBe('win32')
  const own = systemLibrary('kernel32')?.func('uint32_t GetCurrentProcessId()')
  expect(own?.()).toBe(process.pid)
})

test('a library or a function that is not there is null', () => {
  expect(systemLibrary('no-such-library')).toBeNull()
  expect(systemLibrary('kernel32')?.optional('int NoSuchFunction()')).toBeNull()
  expect(systemDirectory().toLowerCase()).toBe('c:\\windows\\system32')
})

test('a process is opened, and one that is not there says so', () => {
  const own = { pid: process.pid, rights: PROCESS_RIGHT.queryLimited }
  expect(withProcess(calls, own, (handle) => handle)).toBeGreaterThan(0)
  expect(withProcess(calls, { ...own, pid: 999_996 }, (handle) => handle)).toBeNull()
  expect(calls.openProcess(own.rights, 999_996)).toBe(0)
  expect(calls.lastError()).toBe(WIN_ERROR.invalidParameter)
})

test('the error of a call on another thread is that of the call', async () => {
  const kernel32 = systemLibrary('kernel32')
  const lastError = kernel32?.func('uint32 GetLastError()')
  const create = kernel32?.func('int CreateDirectoryW(str16 path, void *attributes)')
  if (lastError === undefined || create === undefined) throw new Error('no kernel32')
  expect(await failureOfAsync(lastError, create, 'C:\\no such\\folder', null)).toBe(3)
  expect(await failureOfAsync(lastError, create, 'C:\\windows', null)).toBe(183)
})
