import { ApiError } from '@taskmanager/client'
import type { ControlOutcome, ControlResult, ProcessInfo, ProcessRow } from '@taskmanager/contracts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, configure, render, screen, within } from '@testing-library/react'
import { useEffect } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { ToastRegion } from '../../components/toast-region.tsx'
import { useCommands, type Commands, type Target } from '../../stores/commands.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { systemInfo } from '../../stores/live-stats.ts'
import { getPreferences, setPreference } from '../../stores/preferences.ts'
import { api } from '../../stores/services.ts'
import { closeToast, toasts } from '../../stores/toasts.ts'
import { CommandsProvider } from './commands-provider.tsx'

configure({ asyncUtilTimeout: 6000 })

const target = (pid: number, name: string, user = 'anna'): Target => ({
  pid,
  start_id: 's',
  name,
  user,
})
const firefox = target(10, 'firefox')
const code = target(20, 'code')

const outcome = (result: ControlResult, one: Target, message: string): ControlOutcome => ({
  pid: one.pid,
  start_id: 's',
  name: one.name,
  result,
  message,
  identity: 'pinned',
  status: null,
  owner: null,
  nice: null,
  audit: 'written',
  elapsed_ms: 1,
})
const refusal = (result: ControlResult, one: Target, message: string) =>
  new ApiError({
    status: 403,
    error: 'forbidden' as never,
    message,
    id: 'r',
    detail: { outcome: outcome(result, one, message) },
  })

const info = (change: object = {}) =>
  ({
    pid: 10,
    start_id: 's',
    name: 'firefox',
    user: 'anna',
    started_at_ms: null,
    affinity: [0, 1],
    blast: {
      descendants: [],
      descendant_count: 0,
      listeners: null,
      files_writing: null,
      files_writing_count: null,
      restarted_by: null,
      other_user: false,
      permitted: true,
      session_critical: false,
      has_windows: null,
      protected_reason: null,
      ...change,
    },
  }) as unknown as ProcessInfo

const details = vi.spyOn(api, 'getProcessInfo')
const kill = vi.spyOn(api, 'kill')
const suspend = vi.spyOn(api, 'suspend')
const closeApp = vi.spyOn(api, 'closeApp')
const affinity = vi.spyOn(api, 'setAffinity')

let commands: Commands
/** Hands the commands of the provider to the test. */
function Take({ give }: { readonly give: (made: Commands) => void }) {
  const made = useCommands()
  useEffect(() => give(made), [give, made])
  return null
}
const keep = (made: Commands) => void (commands = made)

beforeEach(() => {
  for (const call of [details, kill, suspend, closeApp, affinity]) call.mockReset()
  details.mockResolvedValue(info())
  setPreference('endWithoutAsking', [])
  systemInfo.set({ user: 'anna', elevated: false, cpu: { threads: 4 } } as never)
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map([[10, { pid: 10, start_id: 's', name: 'firefox' } as ProcessRow]]),
    logicalCpuCount: 4,
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <CommandsProvider>
        <Take give={keep} />
      </CommandsProvider>
      <ToastRegion />
    </QueryClientProvider>,
  )
})

afterEach(() => {
  cleanup()
  for (const { id } of toasts.get()) closeToast(id)
  systemInfo.set(null)
  liveProcesses.set(emptyProcesses)
})

const outcomes = () => screen.getByRole('region', { name: 'Outcomes' })

test('End asks with the focus on Cancel; "do not ask again" holds for that program only', async () => {
  kill.mockResolvedValue(outcome('terminated', firefox, 'firefox (PID 10) ended.'))
  act(() => commands.end([firefox], false))
  const dialog = await screen.findByRole('alertdialog', { name: 'End firefox?' })
  expect(document.activeElement?.textContent).toBe('Cancel')
  await userEvent.click(await within(dialog).findByLabelText('Do not ask again for firefox'))
  await userEvent.click(within(dialog).getByRole('button', { name: 'End' }))
  await within(outcomes()).findByText('firefox (PID 10) ended.')
  expect(getPreferences().endWithoutAsking).toEqual(['firefox'])

  act(() => commands.end([firefox], false))
  await userEvent.click(await within(outcomes()).findByRole('button', { name: 'Ask again' }))
  expect(kill).toHaveBeenCalledTimes(2)
  expect(screen.queryByRole('alertdialog')).toBeNull()
  expect(getPreferences().endWithoutAsking).toEqual([])
})

test('by force, of several, or of another user is always asked, and offers no way around', async () => {
  setPreference('endWithoutAsking', ['firefox'])
  act(() => commands.end([firefox], true))
  const dialog = await screen.findByRole('alertdialog', { name: 'Force end firefox?' })
  await within(dialog).findByText(/Ends at once/)
  expect(within(dialog).queryByRole('checkbox')).toBeNull()
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }))
  act(() => commands.end([target(10, 'firefox', 'root')], false))
  await screen.findByRole('alertdialog', { name: 'End firefox?' })
  expect(kill).not.toHaveBeenCalled()
})

test('a target that ends while the question stands turns End into Close', async () => {
  act(() => commands.end([firefox], false))
  const dialog = await screen.findByRole('alertdialog', { name: 'End firefox?' })
  act(() => liveProcesses.set({ ...liveProcesses.get(), rows: new Map() }))
  await within(dialog).findByText('firefox (PID 10) has already ended.')
  expect(
    within(dialog)
      .getAllByRole('button')
      .map((one) => one.textContent),
  ).toEqual(['Close'])
})

test('suspending what keeps a session running asks for its name', async () => {
  const why = 'firefox (PID 10) keeps a session or the system running. Type its name to go on.'
  suspend.mockRejectedValueOnce(refusal('confirmation_required', firefox, why))
  suspend.mockResolvedValueOnce(outcome('suspended', firefox, 'Suspended firefox.'))
  act(() => commands.suspend([firefox]))
  const dialog = await screen.findByRole('alertdialog', { name: 'Suspend firefox?' })
  const go = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Suspend' })
  expect(go.disabled).toBe(true)
  await userEvent.fill(within(dialog).getByRole('textbox'), 'firefox')
  await userEvent.click(go)
  await within(outcomes()).findByText('Suspended firefox.')
  expect(within(outcomes()).getByRole('link', { name: 'Actions log' })).toBeTruthy()
  expect(suspend.mock.calls[1]?.[1]).toMatchObject({ confirm_name: 'firefox' })
  expect(within(outcomes()).getByRole('button', { name: 'Resume' })).toBeTruthy()
})

test('of many the outcome is summed up, and each can be read', async () => {
  closeApp.mockResolvedValue({
    results: [
      outcome('terminated', firefox, 'firefox (PID 10) ended.'),
      outcome('needs_elevation', code, 'Not allowed: code (PID 20) belongs to root.'),
    ],
    summary: {},
  })
  act(() => commands.end([firefox, code], false))
  const question = await screen.findByRole('alertdialog', { name: 'End 2 processes?' })
  await userEvent.click(within(question).getByRole('button', { name: 'End' }))
  await userEvent.click(await within(outcomes()).findByRole('button', { name: 'Show each' }))
  const list = await screen.findByRole('dialog', { name: '1 ended, 1 not allowed.' })
  expect(
    within(list)
      .getAllByRole('listitem')
      .map((one) => one.textContent),
  ).toEqual(['Not allowed: code (PID 20) belongs to root.', 'firefox (PID 10) ended.'])
})

test('the CPUs it may use are shown, changed and sent', async () => {
  affinity.mockResolvedValue(outcome('affinity_changed', firefox, 'firefox now runs on CPU 1, 3.'))
  act(() => commands.chooseCpus([firefox]))
  const dialog = await screen.findByRole('dialog', { name: 'CPUs of firefox' })
  await within(dialog).findByText(/2 of 4 chosen/)
  const set = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Set' })
  await userEvent.click(within(dialog).getByRole('button', { name: 'None' }))
  expect(set.disabled).toBe(true)
  for (const cpu of ['3', '1']) {
    await userEvent.click(within(dialog).getByRole('checkbox', { name: cpu }))
  }
  await userEvent.click(set)
  await within(outcomes()).findByText('firefox now runs on CPU 1, 3.')
  expect(affinity.mock.calls[0]?.[1]).toMatchObject({ start_id: 's', cpus: [1, 3] })
})

test('F8 goes to the outcomes; a refusal leads to how it can be allowed', async () => {
  const why = 'Not allowed: nginx (PID 10) belongs to root, this service runs as anna.'
  suspend.mockRejectedValueOnce(refusal('needs_elevation', firefox, why))
  act(() => commands.suspend([firefox]))
  await within(outcomes()).findByText(why)
  expect(within(outcomes()).getByRole('button', { name: 'How to allow' })).toBeTruthy()
  await userEvent.keyboard('{F8}')
  expect(document.activeElement).toBe(outcomes())
})
