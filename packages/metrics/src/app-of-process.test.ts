import type { ProcessFacts } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { appOfProcess, desktopNames } from './app-of-process.ts'

const NO_ENTRIES = desktopNames([])

const ofWindows = (facts: Partial<ProcessFacts>): ProcessFacts => ({
  startId: 'w-1db5e7c1a2b3c4d',
  comm: 'chrome.exe',
  name: 'chrome.exe',
  args: ['C:\\Program Files\\Google\\chrome.exe'],
  exe: 'C:\\Program Files\\Google\\chrome.exe',
  uid: null,
  user: 'anna',
  unit: null,
  container: null,
  cgroup: null,
  isKernel: false,
  hasTerminal: false,
  hasWindow: false,
  startedAtMs: null,
  ...facts,
})

test('on Windows a program is grouped by its file and user, and is an app while it has a window', () => {
  expect(appOfProcess(ofWindows({ hasWindow: true }), NO_ENTRIES)).toMatchObject({
    id: 'program:chrome.exe:anna',
    name: 'chrome.exe',
    kind: 'app',
  })
  expect(appOfProcess(ofWindows({ user: 'ben' }), NO_ENTRIES)).toMatchObject({
    id: 'program:chrome.exe:ben',
    kind: 'background',
  })
  expect(appOfProcess(ofWindows({ exe: null }), NO_ENTRIES).name).toBe('chrome.exe')
})

test('what an interpreter runs names the group, by paths of Windows too', () => {
  const node = {
    exe: 'C:\\Program Files\\nodejs\\node.exe',
    args: ['node', '--enable-source-maps', 'D:\\work\\server.js', 'C:\\data'],
  }
  expect(appOfProcess(ofWindows(node), NO_ENTRIES).name).toBe('node.exe server.js')
  const share = { exe: '\\\\host\\tools\\python.exe', args: ['python', '-m', 'http.server'] }
  expect(appOfProcess(ofWindows(share), NO_ENTRIES).name).toBe('python.exe http.server')
})
