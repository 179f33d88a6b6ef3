import type { DriveHealth } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { sayHealth, shortVerdict } from './drive-words.ts'

const drive = (some: Partial<DriveHealth>) =>
  ({ state: 'told', reason: null, verdict: 'good', findings: [], ...some }) as DriveHealth

const said = (some: Partial<DriveHealth>) => {
  const { fact, rest } = sayHealth(drive(some))
  return [fact, rest].filter(Boolean).join(' ')
}

test('the verdict comes first, then why', () => {
  expect(said({})).toBe('The drive is in good health.')
  expect(said({ verdict: 'failing', findings: ['it takes no more data', 'b'] })).toBe(
    'The drive is failing. Copy what you need from it now: it takes no more data; b.',
  )
  expect(said({ verdict: 'warning', findings: ['it has replaced 8 bad sectors'] })).toBe(
    'The drive works, but keep an eye on it: it has replaced 8 bad sectors.',
  )
})

test('a verdict of an earlier time says why there is no newer one', () => {
  expect(said({ state: 'asleep', reason: 'The drive is asleep.' })).toBe(
    'The drive is in good health. The drive is asleep.',
  )
})

test('without a verdict the reason is all there is', () => {
  const none = drive({ verdict: null, state: 'not_permitted', reason: 'Only root may ask.' })
  expect(sayHealth(none)).toEqual({
    icon: 'lock',
    tone: 'dim',
    fact: 'Its health is not known.',
    rest: 'Only root may ask.',
  })
})

test('a list of devices names trouble only', () => {
  const findings = ['it foretells its own failure']
  expect(shortVerdict(null)).toBe(null)
  expect(shortVerdict({ verdict: 'good', findings: [] })).toBe(null)
  expect(shortVerdict({ verdict: 'warning', findings })).toBe('has a warning')
  expect(shortVerdict({ verdict: 'failing', findings })).toBe('failing')
})
