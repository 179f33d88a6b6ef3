import type { LoggedAction } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { actionWords, matchesAction } from './action-words.ts'

const action: LoggedAction = {
  time_ms: 1_790_000_000_000,
  action: 'force end',
  result: 'terminated',
  message: 'Café (PID 8133) ended.',
  pid: 8133,
  start_id: 'b-1',
  name: 'Café',
  user: 'anna',
  by: 'program',
  elevated: false,
}

test.each([
  ['end', 'End'],
  ['force end', 'Force end'],
  ['efficiency mode on', 'Efficiency mode on'],
  ['suspend', 'Suspend'],
  ['resume', 'Resume'],
  ['affinity', 'Choose CPUs'],
  ['priority 10', 'Priority: Low (10)'],
  ['priority x', 'Priority x'],
  ['something new', 'Something new'],
])('%s is called as its command is', (word, words) => {
  expect(actionWords(word)).toBe(words)
})

test('every word has to be found, in whatever is shown, without case and accents', () => {
  for (const text of ['', ' ', 'cafe', 'FORCE 8133', 'ended anna', 'by a program']) {
    expect([text, matchesAction(action, text)]).toEqual([text, true])
  }
  for (const text of ['firefox', 'cafe suspend', '<b>']) {
    expect([text, matchesAction(action, text)]).toEqual([text, false])
  }
})
