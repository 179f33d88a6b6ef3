import { ApiError } from '@taskmanager/client'
import type {
  AppRow,
  ControlOutcome,
  ControlResult,
  LoggedAction,
  ProcessInfo,
  ProcessRow,
  ListCapabilities,
} from '@taskmanager/contracts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, configure, render, screen, within } from '@testing-library/react'
import { useEffect } from 'react'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { ToastRegion } from '../../components/toast-region.tsx'
import { useCommands, type Commands, type Target } from '../../stores/commands.ts'
import { connections, updateConnection } from '../../stores/connection.ts'
import { endings } from '../../stores/endings.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { receiveStats, systemInfo } from '../../stores/live-stats.ts'
import { getPreferences, setPreference } from '../../stores/preferences.ts'
import { api } from '../../stores/services.ts'
import { closeToast, toasts } from '../../stores/toasts.ts'
import { fakeFrame } from '../performance/fake-frame.ts'
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
  ends_at_ms: null,
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
const resume = vi.spyOn(api, 'resume')
const closeApp = vi.spyOn(api, 'closeApp')
const suspendAll = vi.spyOn(api, 'suspendAll')
const setIoPriority = vi.spyOn(api, 'setIoPriority')
const setEfficiency = vi.spyOn(api, 'setEfficiency')
const getActions = vi.spyOn(api, 'getActions')
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
  for (const call of [details, kill, suspend, resume, closeApp, suspendAll, affinity])
    call.mockReset()
  for (const call of [setIoPriority, setEfficiency, getActions]) call.mockReset()
  endings.set(new Map())
  setPreference('endWithUndo', false)
  details.mockResolvedValue(info())
  setPreference('endWithoutAsking', [])
  systemInfo.set({ user: 'anna', elevated: false, cpu: { threads: 4 } } as never)
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map([[10, { pid: 10, start_id: 's', name: 'firefox' } as ProcessRow]]),
    logicalCpuCount: 4,
    capabilities: { user: 'anna' } as ListCapabilities,
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

test('a whole app is named, and how many processes it is', async () => {
  const row = (one: Target) => ({ ...one, app_id: 'a' }) as unknown as ProcessRow
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map([firefox, code].map((one) => [one.pid, row(one)])),
    apps: new Map([['a', { id: 'a', name: 'Studio', pids: [10, 20] } as unknown as AppRow]]),
  })
  act(() => commands.end([firefox, code], true))
  const dialog = await screen.findByRole('alertdialog', { name: 'Force end Studio, 2 processes?' })
  expect(within(dialog).getAllByRole('listitem')).toHaveLength(2)
})

test('Ctrl Enter does what the dialog asks, though Cancel has the focus; the focus goes back', async () => {
  kill.mockResolvedValue(outcome('terminated', firefox, 'firefox (PID 10) ended.'))
  const opener = document.createElement('button')
  document.body.append(opener)
  opener.focus()
  act(() => commands.end([firefox], false))
  const dialog = await screen.findByRole('alertdialog', { name: 'End firefox?' })
  const end = within(dialog).getByRole('button', { name: 'End' })
  expect(end.title).toMatch(/^(?:Ctrl|⌘) Enter$/)
  expect(document.activeElement?.textContent).toBe('Cancel')
  await userEvent.keyboard('{Enter}')
  expect(kill).not.toHaveBeenCalled()
  act(() => commands.end([firefox], false))
  await screen.findByRole('alertdialog', { name: 'End firefox?' })
  await userEvent.keyboard('{Control>}{Enter}{/Control}')
  await within(outcomes()).findByText('firefox (PID 10) ended.')
  expect(kill).toHaveBeenCalledTimes(1)
  expect(document.activeElement).toBe(opener)
  opener.remove()
})

test('Ctrl Enter ends nothing critical before its name is typed', async () => {
  details.mockResolvedValue(info({ session_critical: true }))
  kill.mockResolvedValue(outcome('terminated', firefox, 'firefox (PID 10) ended.'))
  act(() => commands.end([firefox], false))
  const dialog = await screen.findByRole('alertdialog', { name: 'End firefox?' })
  const name = await within(dialog).findByRole('textbox')
  expect(within(dialog).queryByLabelText(/Do not ask again/)).toBeNull()
  await userEvent.keyboard('{Control>}{Enter}{/Control}')
  expect(kill).not.toHaveBeenCalled()
  await userEvent.fill(name, 'firefox')
  await userEvent.keyboard('{Control>}{Enter}{/Control}')
  await within(outcomes()).findByText('firefox (PID 10) ended.')
  expect(kill.mock.calls[0]?.[1]).toMatchObject({ confirm_name: 'firefox' })
})

test.each([
  ['a force end', () => commands.end([firefox], true), {}],
  ['of several', () => commands.end([firefox, code], false), {}],
  ["another user's", () => commands.end([firefox], false), { other_user: true }],
  ['what is protected', () => commands.end([firefox], false), { protected_reason: 'PID 1.' }],
])('"do not ask again" is not offered for %s', async (_, ask, blast) => {
  details.mockResolvedValue(info(blast))
  act(ask)
  const dialog = await screen.findByRole('alertdialog')
  if (Object.keys(blast).length > 0) await within(dialog).findByRole('listitem')
  expect(within(dialog).queryByRole('checkbox')).toBeNull()
})

test('an order that came too late can be tried again, as it was', async () => {
  const late = 'Too late: the order had run out when the service came to it. Nothing was sent.'
  kill.mockRejectedValueOnce(refusal('expired', firefox, late))
  kill.mockResolvedValueOnce(outcome('terminated', firefox, 'firefox (PID 10) ended.'))
  act(() => commands.end([firefox], true))
  await confirmEnd('Force end firefox?', 'Force end')
  await within(outcomes()).findByText(late)
  await userEvent.click(within(outcomes()).getByRole('button', { name: 'Try again' }))
  await within(outcomes()).findByText('firefox (PID 10) ended.')
  expect(kill.mock.calls.map(([, body]) => body.signal)).toEqual(['KILL', 'KILL'])
  const [first, second] = kill.mock.calls.map(([, body]) => body.expires_at ?? 0)
  expect(second).toBeGreaterThanOrEqual(first ?? Infinity)
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

test('a service whose clock is an hour ahead or behind is asked in its own time', async () => {
  kill.mockResolvedValue(outcome('terminated', firefox, 'firefox (PID 10) ended.'))
  try {
    for (const ahead of [3_600_000, -3_600_000]) {
      receiveStats(fakeFrame({ sampled_at_ms: Date.now() + ahead }))
      act(() => commands.end([firefox], true))
      await confirmEnd('Force end firefox?', 'Force end')
      await within(outcomes()).findByText('firefox (PID 10) ended.')
      const expiresInMs = (kill.mock.lastCall?.[1].expires_at ?? NaN) - (Date.now() + ahead)
      expect(expiresInMs).toBeGreaterThan(0)
      expect(expiresInMs).toBeLessThanOrEqual(10_000)
      act(() => toasts.set([]))
    }
  } finally {
    receiveStats(fakeFrame({ sampled_at_ms: Date.now() }))
  }
})

/** Waits for its end, which is so far away. */
const ending = (one: Target, inMs = 10_000): ControlOutcome => ({
  ...outcome('ending', one, `${one.name} (PID ${one.pid}) is suspended and ends in 10 s.`),
  ends_at_ms: Date.now() + inMs,
})

async function confirmEnd(title: string, button = 'End'): Promise<void> {
  const dialog = await screen.findByRole('alertdialog', { name: title })
  await userEvent.click(within(dialog).getByRole('button', { name: button }))
}

test('End with undo suspends, counts down, and is taken back by the keyboard alone', async () => {
  setPreference('endWithUndo', true)
  kill.mockResolvedValue(ending(firefox))
  resume.mockResolvedValue(outcome('resumed', firefox, 'Resumed firefox.'))
  act(() => commands.end([firefox], false))
  const dialog = await screen.findByRole('alertdialog', { name: 'End firefox?' })
  await within(dialog).findByText('For 10 s it can be undone.')
  await userEvent.click(within(dialog).getByRole('button', { name: 'End' }))
  await within(outcomes()).findByText(/^Suspended firefox \(PID 10\)\./)
  expect(kill.mock.calls[0]?.[1]).toMatchObject({ signal: 'TERM', undo_ms: 10_000 })
  expect([...endings.get().keys()]).toEqual(['10.s'])
  // Read out once: what changes each second is for the eye only.
  const ticking = within(outcomes()).getAllByText(/Ending in \d+ s\./)
  expect(ticking.map((one) => one.getAttribute('aria-hidden'))).toContain('true')
  await userEvent.keyboard('{F8}{Tab}')
  expect(document.activeElement?.textContent).toBe('Undo')
  await userEvent.keyboard('{Enter}')
  await within(outcomes()).findByText('Resumed firefox.')
  expect(resume.mock.calls[0]).toMatchObject([10, { start_id: 's' }])
  expect(endings.get().size).toBe(0)
  expect(within(outcomes()).queryByRole('button', { name: 'Undo' })).toBeNull()
})

test('when its time has come, the log tells what became of it', async () => {
  setPreference('endWithUndo', true)
  kill.mockResolvedValue(ending(firefox, 0))
  getActions.mockResolvedValue({
    actions: [
      {
        action: 'end',
        result: 'still_running',
        message: 'Asked firefox to end 3 s ago; it is still running.',
        pid: 10,
        start_id: 's',
        time_ms: Date.now() + 5000,
      } as LoggedAction,
    ],
    next: null,
    unreadable: 0,
  })
  act(() => commands.end([firefox], false))
  await confirmEnd('End firefox?')
  await within(outcomes()).findByText('Asked firefox to end 3 s ago; it is still running.')
  expect(endings.get().size).toBe(0)
  await userEvent.click(within(outcomes()).getByRole('button', { name: 'Force end' }))
  const dialog = await screen.findByRole('alertdialog', { name: 'Force end firefox?' })
  kill.mockResolvedValue(outcome('terminated', firefox, 'firefox (PID 10) ended.'))
  await userEvent.click(within(dialog).getByRole('button', { name: 'Force end' }))
  await within(outcomes()).findByText('firefox (PID 10) ended.')
  expect(kill.mock.calls[1]?.[1]).not.toHaveProperty('undo_ms')
})

test('of several, those that wait are taken back together; the others are told apart', async () => {
  setPreference('endWithUndo', true)
  const why = 'Not allowed: code (PID 20) belongs to root.'
  closeApp.mockResolvedValue({
    results: [ending(firefox), outcome('needs_elevation', code, why)],
    summary: {},
  })
  resume.mockResolvedValue(outcome('resumed', firefox, 'Resumed firefox.'))
  act(() => commands.end([firefox, code], false))
  await confirmEnd('End 2 processes?')
  await within(outcomes()).findByText(why)
  await userEvent.click(within(outcomes()).getByRole('button', { name: 'Undo' }))
  await within(outcomes()).findByText('Resumed firefox.')
  expect(resume).toHaveBeenCalledTimes(1)
})

test('ended again while it waits, it ends at once', async () => {
  setPreference('endWithUndo', true)
  endings.set(new Map([['10.s', { endsAtMs: Date.now() + 10_000, toastId: 0 }]]))
  kill.mockResolvedValue(outcome('terminated', firefox, 'firefox (PID 10) ended.'))
  act(() => commands.end([firefox], false))
  await confirmEnd('End firefox?')
  await within(outcomes()).findByText('firefox (PID 10) ended.')
  expect(kill.mock.calls[0]?.[1]).not.toHaveProperty('undo_ms')
  expect(endings.get().size).toBe(0)
})

test('several are suspended by one request, and each can be read', async () => {
  suspendAll.mockResolvedValue({
    results: [
      outcome('suspended', firefox, 'Suspended firefox.'),
      outcome('gone', code, 'code (PID 20) had already ended.'),
    ],
    summary: {},
  })
  act(() => commands.suspend([firefox, code]))
  await within(outcomes()).findByText('1 suspended, 1 had already ended.')
  expect(suspendAll.mock.calls[0]?.[0].members).toEqual([
    { pid: 10, start_id: 's' },
    { pid: 20, start_id: 's' },
  ])
})

test('the disk priority of several goes to each; what came too soon is asked again', async () => {
  const tooSoon = new ApiError({
    status: 429,
    error: 'too_many_requests',
    message: 'More than 5 control requests a second.',
    id: 'r',
  })
  const changed = (one: Target) =>
    outcome('io_priority_changed', one, `Changed the disk priority of ${one.name}.`)
  setIoPriority
    .mockResolvedValueOnce(changed(firefox))
    .mockRejectedValueOnce(tooSoon)
    .mockRejectedValueOnce(refusal('needs_elevation', code, 'Not allowed: code (PID 20).'))
  act(() => commands.setIoPriority([firefox, code], 'idle'))
  await userEvent.click(await within(outcomes()).findByRole('button', { name: 'Show each' }))
  const list = await screen.findByRole('dialog', { name: '1 changed, 1 not allowed.' })
  expect(
    within(list)
      .getAllByRole('listitem')
      .map((one) => one.textContent),
  ).toEqual(['Not allowed: code (PID 20).', 'Changed the disk priority of firefox.'])
  expect(setIoPriority.mock.calls.map(([pid, body]) => [pid, body.io_priority])).toEqual([
    [10, 'idle'],
    [20, 'idle'],
    [20, 'idle'],
  ])
})

test('efficiency mode is asked of each, and its outcome told', async () => {
  setEfficiency.mockResolvedValueOnce(
    outcome('efficiency_changed', firefox, 'Changed the efficiency mode of firefox.'),
  )
  act(() => commands.setEfficiency([firefox], true))
  await within(outcomes()).findByText('Changed the efficiency mode of firefox.')
  expect(setEfficiency.mock.calls[0]).toEqual([
    10,
    { start_id: firefox.start_id, on: true, expires_at: expect.any(Number) as number },
  ])
})

test('asked for by a key while they are off, they say why and do nothing', async () => {
  const before = connections.stats.get()
  onTestFinished(() => connections.stats.set(before))
  act(() => updateConnection('stats', { state: 'down' }))
  act(() => commands.end([firefox], false))
  await within(outcomes()).findByText(/does not answer, so nothing can be ended or changed/)
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(kill).not.toHaveBeenCalled()
})
