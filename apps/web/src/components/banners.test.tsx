import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connections, updateConnection, type Connection } from '../stores/connection.ts'
import { Banners } from './banners.tsx'

const start = { stats: connections.stats.get(), accuracy: connections.accuracy.get() }

function services(stats: Partial<Connection>, accuracy: Partial<Connection>): void {
  updateConnection('stats', { state: 'live', ...stats })
  updateConnection('accuracy', { state: 'live', ...accuracy })
}

beforeEach(() => {
  connections.stats.set(start.stats)
  connections.accuracy.set(start.accuracy)
})
afterEach(cleanup)

describe('banners', () => {
  test('nothing while both services answer, also over HTTP', () => {
    services({}, { state: 'polling' })
    const { container } = render(<Banners />)
    expect(container.textContent).toBe('')
  })

  test('lists away: says from when they are, counts down, tries at once', () => {
    let tried = 0
    const lastDataAtMs = new Date(2026, 10, 24, 14, 4, 31).getTime()
    services(
      {},
      {
        state: 'down',
        port: 8001,
        lastDataAtMs,
        retryAtMs: Date.now() + 7000,
        retryNow: () => (tried += 1),
      },
    )
    render(<Banners />)
    const banner = screen.getByRole('status')
    expect(banner.textContent).toContain('Process list unavailable. Port 8001 does not answer.')
    expect(banner.textContent).toContain('lists below are from 14:04:31')
    expect(banner.textContent).toMatch(/Trying again in [78]\u202fs/)
    screen.getByRole('button', { name: 'Try now' }).click()
    expect(tried).toBe(1)
  })

  test('charts away', () => {
    services({ state: 'down', port: 8000 }, {})
    render(<Banners />)
    expect(screen.getByRole('status').textContent).toContain(
      'Charts and commands unavailable. Port 8000 does not answer. The list is live.',
    )
  })

  test('both away is an alert', () => {
    services({ state: 'down' }, { state: 'down' })
    render(<Banners />)
    expect(screen.getByRole('alert').textContent).toContain('Neither service answers.')
  })

  test('a stranger on a port is named before anything else', () => {
    services({ state: 'wrong_program', port: 8000 }, { state: 'down' })
    render(<Banners />)
    expect(screen.getByRole('alert').textContent).toContain(
      'Port 8000 is used by another program. Nothing was sent to it.',
    )
  })

  test('an older page offers a reload', () => {
    services({ otherVersion: 'newer' }, {})
    render(<Banners />)
    expect(screen.getByRole('status').textContent).toContain('A newer version is running.')
    expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy()
  })

  test('a newer page than its services says what to do', () => {
    services({}, { otherVersion: 'older' })
    render(<Banners />)
    expect(screen.getByRole('status').textContent).toContain('Start Task Manager Pro again.')
  })
})
