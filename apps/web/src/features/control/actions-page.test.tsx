import { ApiError } from '@taskmanager/client'
import type { ActionList, LoggedAction } from '@taskmanager/contracts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, configure, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { ToastRegion } from '../../components/toast-region.tsx'
import { useCommands } from '../../stores/commands.ts'
import { setPreference } from '../../stores/preferences.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { api } from '../../stores/services.ts'
import { closeToast, toasts } from '../../stores/toasts.ts'
import { ActionsPage } from './actions-page.tsx'
import { CommandsProvider } from './commands-provider.tsx'

configure({ asyncUtilTimeout: 6000 })

const AT = new Date(2026, 2, 1, 14, 3, 9).getTime()

const action = (change: Partial<LoggedAction> = {}): LoggedAction => ({
  time_ms: AT,
  action: 'end',
  result: 'terminated',
  message: 'node (PID 8133) ended.',
  pid: 8133,
  start_id: 'b-1',
  name: 'node',
  user: 'anna',
  by: 'page',
  elevated: false,
  ...change,
})
const list = (actions: LoggedAction[], change: Partial<ActionList> = {}): ActionList => ({
  actions,
  next: null,
  unreadable: 0,
  ...change,
})

const read = vi.spyOn(api, 'getActions')
const kill = vi.spyOn(api, 'kill')
const home = location.href

beforeEach(() => {
  read.mockReset()
  kill.mockReset()
})
afterEach(() => {
  cleanup()
  setPreference('endWithoutAsking', [])
  liveProcesses.set(emptyProcesses)
  for (const { id } of toasts.get()) closeToast(id)
  history.replaceState(null, '', home)
})

/** Ends one own process without a question, as a list would. */
function EndNode() {
  const commands = useCommands()
  const target = { pid: 8133, start_id: 'b-1', name: 'node', user: 'anna' }
  return (
    <button type="button" onClick={() => commands.end([target], false)}>
      End node
    </button>
  )
}

function open(): void {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <CommandsProvider>
        <ActionsPage />
        <EndNode />
      </CommandsProvider>
      <ToastRegion />
    </QueryClientProvider>,
  )
}

const table = () => screen.findByRole('table', { name: 'Actions' })
const lines = async () =>
  within(await table())
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map((cell) => cell.textContent))

test('each action in the words of its outcome, hostile names as text', async () => {
  const hostile = '<img src=x onerror=alert(1)>'
  read.mockResolvedValue(
    list([
      action({
        action: 'priority 10',
        name: hostile,
        message: `${hostile} now runs at low priority (nice 10).`,
      }),
      action({ by: 'program', elevated: true }),
    ]),
  )
  open()
  expect(await lines()).toEqual([
    [
      '1 Mar 14:03',
      'Priority: Low (10)',
      `${hostile} PID 8133`,
      `${hostile} now runs at low priority (nice 10).`,
      'a page',
    ],
    ['1 Mar 14:03', 'End', 'node PID 8133', 'node (PID 8133) ended.', 'a program, elevated'],
  ])
  expect(document.querySelector('img')).toBeNull()
})

test('the same line twice is shown twice', async () => {
  const complain = vi.spyOn(console, 'error').mockImplementation(() => {})
  read.mockResolvedValue(list([action(), action()]))
  open()
  expect(await lines()).toHaveLength(2)
  expect(complain).not.toHaveBeenCalled()
  complain.mockRestore()
})

test('a filter keeps what has every word, stands in the address, and Esc clears it', async () => {
  read.mockResolvedValue(
    list([
      action(),
      action({
        pid: 7,
        name: 'code',
        message: 'Suspended code.',
        action: 'suspend',
        result: 'suspended',
      }),
    ]),
  )
  open()
  await table()
  await userEvent.keyboard('/')
  await userEvent.keyboard('SUSP code')
  expect((await lines()).map((line) => line[3])).toEqual(['Suspended code.'])
  expect(screen.getByText('1 of 2')).toBeTruthy()
  expect(new URLSearchParams(location.search).get('q')).toBe('SUSP code')
  await userEvent.keyboard('x')
  expect(await screen.findByText('No action matches “SUSP codex”')).toBeTruthy()
  await userEvent.keyboard('{Escape}')
  expect(await lines()).toHaveLength(2)
  expect(new URLSearchParams(location.search).get('q')).toBeNull()
})

test('older ones come when they are asked for', async () => {
  read.mockImplementation(async (query) =>
    query?.before === undefined
      ? list([action()], { next: 'a-1' })
      : list([action({ pid: 1, message: 'old (PID 1) ended.' })], { unreadable: 1 }),
  )
  open()
  expect(await screen.findByText('The newest 1')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Show older' }))
  expect(await screen.findByText('old (PID 1) ended.')).toBeTruthy()
  expect(screen.getByText('2 actions')).toBeTruthy()
  expect(screen.getByText(/1 line of the log is damaged/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Show older' })).toBeNull()
})

test('nothing was done yet: said, not blank', async () => {
  read.mockResolvedValue(list([]))
  open()
  expect(
    await screen.findByRole('heading', { name: 'Nothing was ended or changed yet' }),
  ).toBeTruthy()
})

test('no log to be had: the reason, and another try', async () => {
  const message = 'The log of actions cannot be read (EACCES).'
  read.mockRejectedValueOnce(new ApiError({ status: 503, error: 'unavailable', message, id: 'r' }))
  read.mockResolvedValue(list([action()]))
  open()
  expect(
    await screen.findByRole('heading', { name: 'The log of actions is unavailable' }),
  ).toBeTruthy()
  expect(screen.getByText(message)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await lines()).toHaveLength(1)
})

test('an action of this page appears as soon as it is done', async () => {
  setPreference('endWithoutAsking', ['node'])
  liveProcesses.set({ ...emptyProcesses, capabilities: { user: 'anna' } as never })
  read.mockResolvedValueOnce(list([]))
  read.mockResolvedValue(list([action()]))
  kill.mockResolvedValue({
    result: 'terminated',
    message: 'node (PID 8133) ended.',
    audit: 'written',
  } as never)
  open()
  await screen.findByRole('heading', { name: 'Nothing was ended or changed yet' })
  await userEvent.click(screen.getByRole('button', { name: 'End node' }))
  expect((await lines()).map((line) => line[3])).toEqual(['node (PID 8133) ended.'])
})

test('when the service falls silent what was read stays, dated, with the reason', async () => {
  setPreference('endWithoutAsking', ['node'])
  liveProcesses.set({ ...emptyProcesses, capabilities: { user: 'anna' } as never })
  read.mockResolvedValueOnce(list([action()]))
  const silence = new ApiError({ status: 0, error: 'no_answer', message: 'No answer.', id: null })
  read.mockRejectedValue(silence)
  kill.mockRejectedValue(silence)
  open()
  await table()
  await userEvent.click(screen.getByRole('button', { name: 'End node' }))
  expect(await screen.findByText(/^As it was at \d\d:\d\d:\d\d\. No answer\.$/)).toBeTruthy()
  expect(await lines()).toHaveLength(1)
})
