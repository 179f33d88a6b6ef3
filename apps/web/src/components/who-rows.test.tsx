import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { biggestApps } from '../lib/biggest.ts'
import { CommandsContext, type Commands, type Target } from '../stores/commands.ts'
import { emptyProcesses, liveProcesses, useProcesses } from '../stores/live-processes.ts'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/cards.css'
import '../styles/controls.css'
import { WhoItem } from './who-item.tsx'
import { WhoRows } from './who-rows.tsx'

const end = vi.fn<(targets: readonly Target[], force: boolean) => void>()

beforeEach(() => {
  history.replaceState(null, '', '/')
  receive({ firefox: 9, code: 5, make: 1 })
  render(
    <CommandsContext value={{ reason: null, end } as unknown as Commands}>
      <p>elsewhere</p>
      <List />
    </CommandsContext>,
  )
})
afterEach(() => {
  cleanup()
  vi.clearAllMocks()
  liveProcesses.set(emptyProcesses)
})

/** Each app is two processes, 10 and 11 for the first. */
function receive(cpu: Record<string, number>) {
  const apps = Object.entries(cpu).map(([name, cpu_percent]) => {
    const pid = 10 * (1 + ['firefox', 'code', 'make', 'new'].indexOf(name))
    return {
      id: name,
      name,
      kind: 'app',
      cpu_percent,
      process_count: 2,
      pids: [pid, pid + 1],
      unit: null,
    } as unknown as AppRow
  })
  const rows = apps.flatMap(({ pids, name }) =>
    pids.map((pid) => ({ pid, start_id: 's', name, user: 'anna' }) as unknown as ProcessRow),
  )
  act(() =>
    liveProcesses.set({
      ...emptyProcesses,
      apps: new Map(apps.map((app) => [app.id, app])),
      rows: new Map(rows.map((row) => [row.pid, row])),
    }),
  )
}

function List() {
  const apps = useProcesses((live) => live.apps)
  return (
    <WhoRows rows={biggestApps(apps.values(), (app) => app.cpu_percent)} most={3} format={String}>
      {(shown) => (
        <ul aria-label="Most CPU" className="who">
          {shown.map((row) => (
            <WhoItem key={row.id} row={row} share={1} text={String(row.value)} />
          ))}
        </ul>
      )}
    </WhoRows>
  )
}

// Behind an open menu everything else is hidden from readers.
const items = () => screen.getAllByRole('listitem', { hidden: true })
const said = () => items().map((item) => item.textContent.replace(', 2 processes2', ' '))
const BEFORE = ['firefox 9', 'code 5', 'make 1']

test('rows keep their places under the pointer; the values go on; released they sort anew', async () => {
  expect(said()).toEqual(BEFORE)
  await userEvent.hover(screen.getByRole('link', { name: 'code in Apps' }))
  receive({ firefox: 2, code: 7, new: 30 })
  expect(said()).toEqual(['firefox 2', 'code 7', 'make ended'])
  await userEvent.hover(screen.getByText('elsewhere'))
  await waitFor(() => expect(said()).toEqual(['new 30', 'code 7', 'firefox 2']))
})

test('rows keep their places while one of them has the focus', async () => {
  act(() => screen.getByRole('link', { name: 'code in Apps' }).focus())
  receive({ make: 30, firefox: 9, code: 5 })
  expect(said()).toEqual(['firefox 9', 'code 5', 'make 30'])
  act(() => (document.activeElement as HTMLElement).blur())
  await waitFor(() => expect(said()).toEqual(['make 30', 'firefox 9', 'code 5']))
})

test('right click opens the menu of the app; its order is held while it is open', async () => {
  await userEvent.click(screen.getByRole('link', { name: 'code in Apps' }), { button: 'right' })
  const menu = await screen.findByRole('menu')
  expect(
    within(menu)
      .getAllByRole('menuitem')
      .map((item) => item.textContent),
  ).toEqual([
    'Close app…Del',
    'Force end…⇧ Del',
    'Suspends',
    'Priority',
    'Details↵',
    'Show processes',
    'CopyCtrl C',
  ])
  receive({ make: 30, firefox: 9, code: 5 })
  expect(said()).toEqual(['firefox 9', 'code 5', 'make 30'])
  await userEvent.click(within(menu).getByRole('menuitem', { name: /Close app/ }))
  expect(end.mock.lastCall?.[0].map(({ pid }) => pid)).toEqual([20, 21])
  expect(end.mock.lastCall?.[1]).toBe(false)
  expect(location.pathname).toBe('/')
})

test('Shift F10 opens it at the row that has the focus', async () => {
  act(() => screen.getByRole('link', { name: 'firefox in Apps' }).focus())
  await userEvent.keyboard('{Shift>}{F10}{/Shift}')
  const menu = await screen.findByRole('menu')
  expect(menu.textContent).toContain('firefox')
  await userEvent.click(within(menu).getByRole('menuitem', { name: /Details/ }))
  expect(location.search).toBe('?p=10.s')
})

test('a finger that rests opens it, and does not open the row as well', async () => {
  const link = screen.getByRole('link', { name: 'make in Apps' })
  const { left, top } = link.getBoundingClientRect()
  const touch = new Touch({ identifier: 1, target: link, clientX: left + 20, clientY: top + 5 })
  fireEvent.touchStart(link, { touches: [touch] })
  const menu = await screen.findByRole('menu')
  fireEvent.touchEnd(link, { touches: [] })
  fireEvent.click(link)
  expect(menu.textContent).toContain('make')
  expect(location.pathname).toBe('/')
})
