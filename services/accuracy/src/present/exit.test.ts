import { expect, test } from 'vitest'
import { presentExit } from './exit.ts'

test.each([
  [0, 0, null],
  [3 << 8, 3, null],
  [255 << 8, 255, null],
  [15, null, 'SIGTERM'],
  [9, null, 'SIGKILL'],
  [6, null, 'SIGABRT'],
  [11 | 0x80, null, 'SIGSEGV'], // with a core dump
  [34, null, 'SIGRTMIN+0'],
  [40, null, 'SIGRTMIN+6'],
])('the status %i of wait(2) is exit %s or %s', (waitStatus, code, signal) => {
  expect(presentExit({ pid: 7, startId: 'b-1', waitStatus })).toEqual({
    pid: 7,
    start_id: 'b-1',
    exit_code: code,
    signal,
  })
})

test('where nobody tells, nothing is said', () => {
  expect(presentExit({ pid: 7, startId: 'b-1', waitStatus: null })).toBeNull()
})
