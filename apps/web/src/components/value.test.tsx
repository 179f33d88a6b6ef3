import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { Value } from './value.tsx'

afterEach(cleanup)

test.each([
  ['15.5\u202fMB/s', '15.5', '\u202fMB/s'],
  ['14.6 of 31.3\u202fGiB', '14.6', ' of 31.3\u202fGiB'],
  ['<\u202f0.1\u202f%', '<\u202f0.1', '\u202f%'],
  ['2,214', '2,214', undefined],
  ['—', '—', undefined],
])('%s: the number, then its unit dimmed', (text, number, unit) => {
  const { container } = render(<Value>{text}</Value>)
  expect(container.firstChild?.textContent).toBe(number)
  expect(container.querySelector('.u')?.textContent).toBe(unit)
})
