import type { ProcessFacts } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { bundleOf } from './app-of-bundle.ts'
import { appOfProcess, desktopNames } from './app-of-process.ts'

const CHROME = '/Applications/Google Chrome.app/Contents'
const facts = (exe: string | null): ProcessFacts => ({
  startId: 'm-1',
  comm: 'x',
  name: 'x',
  args: null,
  exe,
  uid: 501,
  user: 'anna',
  unit: null,
  container: null,
  cgroup: null,
  isKernel: false,
  hasTerminal: false,
  startedAtMs: null,
})

test.each([
  [`${CHROME}/MacOS/Google Chrome`, 'Google Chrome', 'app'],
  [
    `${CHROME}/Frameworks/Google Chrome Framework.framework/Versions/1/Helpers/Google Chrome Helper.app/Contents/MacOS/Google Chrome Helper`,
    'Google Chrome',
    'app',
  ],
  [
    '/System/Volumes/Preboot/Cryptexes/App/System/Applications/Safari.app/Contents/MacOS/Safari',
    'Safari',
    'app',
  ],
  ['/Users/anna/Downloads/Tool.app/Contents/MacOS/tool', 'Tool', 'app'],
  ['/System/Library/CoreServices/Finder.app/Contents/MacOS/Finder', 'Finder', 'app'],
  ['/System/Library/CoreServices/Dock.app/Contents/MacOS/Dock', 'Dock', 'background'],
  [
    '/Users/anna/Library/Application Support/Up/Updater.app/Contents/MacOS/up',
    'Updater',
    'background',
  ],
])('%s belongs to %s (%s)', (exe, name, kind) => {
  expect(appOfProcess(facts(exe), desktopNames([]))).toMatchObject({
    id: `app:${name}:501`,
    name,
    kind,
  })
})

test.each(['/usr/sbin/sshd', '/home/anna/my.app/bin/tool', ''])('"%s" is in no bundle', (exe) => {
  expect(bundleOf(exe)).toBeNull()
})
