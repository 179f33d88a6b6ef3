import { cleanup, render, screen } from '@testing-library/react'
import { act } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { ErrorBoundary } from './error-boundary.tsx'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

test('a panel that fails says so, leaves the others alone, and can be tried again', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {}) // React reports what a boundary caught.
  const weather = { broken: true }
  function Panel() {
    if (weather.broken) throw new Error('no such column')
    return <p>drawn</p>
  }
  render(
    <>
      <p>neighbour</p>
      <ErrorBoundary what="The memory page">
        <Panel />
      </ErrorBoundary>
    </>,
  )
  expect(screen.getByRole('alert').textContent).toContain('The memory page could not be drawn.')
  expect(screen.getByRole('alert').textContent).toContain('no such column')
  expect(screen.getByText('neighbour')).toBeTruthy()
  weather.broken = false
  act(() => screen.getByRole('button', { name: 'Try again' }).click())
  expect(screen.getByText('drawn')).toBeTruthy()
})
