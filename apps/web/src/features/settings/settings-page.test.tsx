import { act, cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SystemInfo } from '@taskmanager/contracts'
import { openSetting } from '../../stores/commands.ts'
import { getPreferences, setPreference } from '../../stores/preferences.ts'
import { systemInfo } from '../../stores/live-stats.ts'
import { SettingsPage } from './settings-page.tsx'

beforeEach(() => render(<SettingsPage />))
afterEach(() => {
  cleanup()
  systemInfo.set(null)
})

const press = (name: string | RegExp, group?: string) =>
  act(() => {
    const place = group === undefined ? screen : within(screen.getByRole('group', { name: group }))
    place.getByRole('button', { name }).click()
  })

test.each([
  ['Theme', 'Dark', 'theme', 'dark', 'system'],
  ['Contrast', 'More', 'contrast', 'more', 'system'],
  ['Rows', 'Comfortable', 'density', 'comfortable', 'compact'],
  ['Refresh every', '2 s', 'intervalMs', 2000, 1000],
  ['CPU of a process', 'Share of one core', 'cpuScale', 'core', 'machine'],
  ['Memory and drives', 'GB (by 1000)', 'memoryUnit', 'gb', 'gib'],
  ['Network', 'Bytes (MB/s)', 'networkUnit', 'bytes', 'bits'],
  ['Temperature', '°F', 'temperatureUnit', 'fahrenheit', 'celsius'],
  ['Single letters', 'Off', 'letterShortcuts', false, true],
] as const)('%s: %s is kept', (group, choice, name, value, standard) => {
  press(choice, group)
  expect(getPreferences()[name]).toBe(value)
  const chosen = within(screen.getByRole('group', { name: group })).getByRole('button', {
    pressed: true,
  })
  expect(chosen.textContent).toBe(choice)
  act(() => setPreference(name, standard))
})

test('columns go back to the standard ones, and then there is nothing to put back', () => {
  act(() => {
    setPreference('processColumns', ['name', 'cpu'])
    setPreference('appColumnWidths', { name: 300 })
    setPreference('containerColumns', ['name'])
  })
  press('Back to the standard columns')
  expect(getPreferences()).toMatchObject({
    processColumns: null,
    processColumnWidths: {},
    appColumns: null,
    appColumnWidths: {},
    containerColumns: null,
  })
  const button = screen.getByRole('button', { name: 'Back to the standard columns' })
  expect(button.hasAttribute('disabled')).toBe(true)
})

test('a program that ended without asking is asked about again', () => {
  expect(screen.getByText('None: every End asks first.')).toBeTruthy()
  act(() => setPreference('endWithoutAsking', ['firefox', 'code', '<b>x</b>']))
  press('Ask again for firefox')
  expect(getPreferences().endWithoutAsking).toEqual(['code', '<b>x</b>'])
  press('Ask again for all')
  expect(getPreferences().endWithoutAsking).toEqual([])
})

test('what the service cannot do is said with its reason', () => {
  act(() =>
    systemInfo.set({
      inventory: 'complete',
      capabilities: {
        gpu: { available: false, reason: 'No driver answers.' },
        pressure: { available: true, reason: null },
      },
    } as unknown as SystemInfo),
  )
  const place = screen.getByRole('region', { name: 'What this service can do here' })
  const lines = [...place.querySelectorAll('.setting')].map((line) => line.textContent)
  expect(lines).toEqual(['GPUNo driver answers.no', 'Waiting time (pressure)yes'])
})

test('an address that names one line of the settings gives it the focus, also before it is known', () => {
  const home = location.href
  cleanup()
  history.replaceState(null, '', '#ability-elevation')
  render(<SettingsPage />)
  const reason = 'Start it with npm start -- --elevated-stats.'
  act(() =>
    systemInfo.set({
      inventory: 'complete',
      capabilities: {
        gpu: { available: true, reason: null },
        elevation: { available: false, reason },
      },
    } as unknown as SystemInfo),
  )
  expect(document.activeElement?.textContent).toBe(`Processes of other users${reason}no`)
  act(() => (document.activeElement as HTMLElement).blur())
  openSetting('ability-elevation')
  expect(document.activeElement?.textContent).toContain('Processes of other users')
  history.replaceState(null, '', home)
})
