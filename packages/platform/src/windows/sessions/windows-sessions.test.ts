import { expect, test } from 'vitest'
import { bytesOf } from '../../struct-bytes.ts'
import { parseSessionIds, parseSessionInfo } from './parse-sessions.ts'
import type { SessionCalls } from './session-calls.ts'
import { WindowsSessions } from './windows-sessions.ts'

const EPOCH = 116_444_736_000_000_000n
const filetime = (ms: number) => EPOCH + BigInt(ms) * 10_000n

const entries = (...sessions: [id: number, state: number][]) =>
  Buffer.concat(
    sessions.map(([id, state]) =>
      bytesOf(24, [
        [0, 'u32', id],
        [16, 'u32', state],
      ]),
    ),
  )

const info = (user: string, station: string, signedIn: bigint, lastInput: bigint) =>
  bytesOf(0xd8, [
    [0x20, 'wide', station],
    [0x60, 'wide', 'DOMAIN'],
    [0x82, 'wide', user],
    [0xc0, 'i64', lastInput],
    [0xc8, 'i64', signedIn],
  ])

test('of all sessions those with a person: in use, or left open', () => {
  expect(parseSessionIds(entries([0, 0], [1, 0], [2, 4], [65_536, 6]))).toEqual([0, 1, 2])
  expect(parseSessionIds(entries([1, 0]).subarray(0, 23))).toEqual([])
})

test('what is told of one; nobody signed in is none', () => {
  expect(parseSessionInfo(info('jörg', 'Console', filetime(5000), 0n))).toEqual({
    user: 'jörg',
    station: 'Console',
    signedInMs: 5000,
    lastInputMs: null,
  })
  expect(parseSessionInfo(info('', 'Services', 0n, 0n))).toBeNull()
  expect(parseSessionInfo(Buffer.alloc(0xd7))).toBeNull()
})

test('at the machine, by Remote Desktop and left open; one that ends meanwhile is left out', async () => {
  const answers = new Map([
    [0, info('', 'Services', 0n, 0n)],
    [1, info('anna', 'Console', filetime(100_000), 0n)],
    [2, info('bert', 'RDP-Tcp#3', filetime(200_000), filetime(290_000))],
    [3, info('carl', '', 0n, filetime(400_000))],
  ])
  const calls: SessionCalls = {
    list: async () => entries([0, 4], [1, 0], [2, 0], [3, 4], [9, 0]),
    information: async (session) => answers.get(session) ?? null,
    clientName: async (session) => (session === 2 ? 'LAPTOP' : ''),
  }
  const { sessions, missing } = await new WindowsSessions(calls, () => 300_000).read()
  expect(missing).toBeNull()
  expect(
    sessions.map(({ user, terminal, from, since_ms: since, idle_seconds: idle }) => [
      user,
      terminal,
      from,
      since,
      idle,
    ]),
  ).toEqual([
    ['anna', 'Console', null, 100_000, null],
    ['bert', 'RDP-Tcp#3', 'LAPTOP', 200_000, 10],
    ['carl', 'session 3, disconnected', null, null, 0],
  ])
  expect(sessions[2]?.unknown).toMatchObject({ since_ms: 'not_reported', pid: 'not_supported' })
})

test('where Windows does not tell, the reason stands instead', async () => {
  const calls: SessionCalls = {
    list: async () => null,
    information: async () => null,
    clientName: async () => '',
  }
  const { sessions, missing } = await new WindowsSessions(calls, () => 0).read()
  expect(sessions).toEqual([])
  expect(missing).toContain('does not tell')
})
