import { ApiError } from '@taskmanager/client'
import type { ControlOutcome } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { tellError, tellMany, tellOutcome } from './outcome-text.ts'

const outcome = (change: Partial<ControlOutcome>): ControlOutcome =>
  ({
    result: 'terminated',
    message: 'node ended.',
    status: null,
    audit: 'written',
    ...change,
  }) as ControlOutcome

const refusal = (detail?: Record<string, unknown>) =>
  new ApiError({ status: 403, error: 'needs_elevation', message: 'Refused.', id: 'r1', detail })

test("the service's own sentence is told", () => {
  expect(tellOutcome(outcome({}))).toEqual({
    kind: 'good',
    text: 'node ended.',
    result: 'terminated',
  })
})

test('an action that could not be written to the log is a warning even when it worked', () => {
  const told = tellOutcome(outcome({ audit: 'failed' }))
  expect(told.kind).toBe('warn')
  expect(told.text).toBe('node ended. The action could not be written to the log.')
})

test('still running is news, stuck on disk is a warning', () => {
  const result = 'still_running'
  expect(tellOutcome(outcome({ result, status: 'sleeping' })).kind).toBe('info')
  expect(tellOutcome(outcome({ result, status: 'disk-sleep' })).kind).toBe('warn')
})

test('a refusal that carries its outcome is told by it, any other by its message', () => {
  const told = tellError(
    refusal({ outcome: outcome({ result: 'identity_mismatch', message: 'PID 7 is another.' }) }),
    'node',
    'asked',
  )
  expect(told).toEqual({ kind: 'warn', text: 'PID 7 is another.', result: 'identity_mismatch' })
  expect(tellError(refusal(), 'node', 'asked')).toEqual({
    kind: 'warn',
    text: 'Refused.',
    result: null,
  })
})

test('without an answer nobody knows, and it says so', () => {
  const error = new ApiError({ status: 0, error: 'no_answer', message: 'Silence.', id: null })
  expect(tellError(error, 'node', 'suspended').text).toBe(
    'No answer. It is not known whether node was suspended.',
  )
})

test('what is no answer of the service is not swallowed', () => {
  expect(() => tellError(new TypeError('a fault of the page'), 'node', 'asked')).toThrow(TypeError)
})

test('many outcomes in one line; the worst gives the kind', () => {
  const told = (['terminated', 'terminated', 'gone', 'needs_elevation'] as const).map((result) =>
    tellOutcome(outcome({ result })),
  )
  expect(tellMany(told, 'ended')).toEqual({
    kind: 'warn',
    text: '2 ended, 1 had already ended, 1 not allowed.',
    result: null,
  })
  const resumed = [outcome({ result: 'resumed' }), outcome({ result: 'resumed' })].map(tellOutcome)
  expect(tellMany(resumed, 'resumed')).toMatchObject({ kind: 'good', text: '2 resumed.' })
})

test('when one request stood for all and had no answer, its reason is told', () => {
  const error = new ApiError({ status: 0, error: 'no_answer', message: 'Silence.', id: null })
  const one = tellError(error, 'any of the 3 processes', 'asked')
  expect(tellMany([one, one, one], 'ended').text).toBe(
    'No answer. It is not known whether any of the 3 processes was asked.',
  )
})
