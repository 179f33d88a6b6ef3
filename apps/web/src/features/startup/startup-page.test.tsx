import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { StartupItem, StartupList } from '@taskmanager/contracts'
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import '../../styles/tokens.css'
import '../../styles/base.css'
import '../../styles/frame.css'
import '../../styles/table.css'
import '../../styles/phone.css'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { api } from '../../stores/services.ts'
import { fakeItem } from './fake-item.ts'
import { StartupPage } from './startup-page.tsx'

const home = location.href
afterEach(() => {
  cleanup()
  liveProcesses.set(emptyProcesses)
  history.replaceState(null, '', home)
  vi.restoreAllMocks()
})

/** A value of a Run key of Windows. */
const value = (name: string, change: Partial<StartupItem> = {}) =>
  fakeItem(name, { kind: 'run_key', scope: 'you', file: `HKCU\\Run\\${name}`, ...change })

async function open(list: Partial<StartupList>): Promise<void> {
  await page.viewport(1440, 900)
  vi.spyOn(api, 'getStartup').mockResolvedValue({
    items: [],
    looked_in: [],
    missing: { own: null, everybody: null, crontab: null, cron: null, timers: null },
    sampled_at_ms: 1,
    ...list,
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <div style={{ height: 600, display: 'flex', flexDirection: 'column' }}>
        <StartupPage />
      </div>
    </QueryClientProvider>,
  )
}

test('a state that may not be read is unknown, with the reason', async () => {
  const reason = 'Windows does not let its switch be read'
  const fixed = 'It is not switched on a guess.'
  await open({ items: [value('Cloud'), value('Chat', { state: null, reason, fixed })] })
  await screen.findByRole('heading', {
    name: '2 startup entries. 1 enabled, 0 disabled, 1 unknown.',
  })
  const list = screen.getByRole('grid', { name: 'Startup' })
  const state = await within(list).findByText(`Unknown: ${reason}`)
  expect(state).toBeVisible()
  expect(state.closest('[title]')).toHaveAttribute('title', `Unknown: ${reason}. ${fixed}`)
})

test('what may not be read is told, of the user and of everybody', async () => {
  await open({
    items: [value('Cloud', { state: 'cannot_start', reason: 'cloud.exe is not there' })],
    missing: { own: 'A', everybody: 'B', crontab: null, cron: null, timers: null },
  })
  await screen.findByRole('heading', {
    name: '1 startup entry. 0 enabled, 0 disabled, 1 cannot start.',
  })
  expect(
    screen.getByText(/^Not all of your own entries are listed: A\. Not all .* listed: B\.$/),
  ).toBeVisible()
})

test('on a phone a key that may not be read is broken rather than cut off', async () => {
  const key = String.raw`HKLM\Software\WOW6432Node\Microsoft\Windows\CurrentVersion\Run`
  await open({
    missing: { own: null, everybody: key, crontab: null, cron: null, timers: null },
  })
  await page.viewport(390, 844)
  const told = await screen.findByText(`Not all entries for everybody are listed: ${key}.`)
  expect(told.scrollWidth).toBeLessThanOrEqual(told.clientWidth)
})
