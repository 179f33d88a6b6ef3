import type { BlastRadius } from '@taskmanager/contracts'
import { describe, expect, test } from 'vitest'
import { blastLines } from './blast-lines.ts'

const nothing: BlastRadius = {
  descendants: [],
  descendant_count: 0,
  listeners: [],
  files_writing: [],
  files_writing_count: 0,
  restarted_by: null,
  other_user: false,
  session_critical: false,
  has_windows: false,
  permitted: true,
  protected_reason: null,
}

const child = (pid: number, name: string) => ({ pid, start_id: 'b.1', name, user: 'anna' })

const linesOf = (change: Partial<BlastRadius>) => blastLines({ ...nothing, ...change })

describe('what ends with a process', () => {
  test('memory of the graphics card comes free; none, or an unknown amount, is not promised', () => {
    const [line] = blastLines(nothing, 9 * 1024 ** 3)
    expect(line?.fact).toMatch(/^It frees 9\.00.GiB of GPU memory$/)
    expect(blastLines(nothing, 0)).toEqual([])
    expect(blastLines(nothing, null)).toEqual([])
  })

  test('nothing that applies, nothing said', () => {
    expect(linesOf({})).toEqual([])
  })

  test('what is not permitted to know is not claimed', () => {
    const hidden = { listeners: null, files_writing: null, files_writing_count: null } as const
    expect(linesOf({ ...hidden, has_windows: null })).toEqual([])
  })

  test('names three children and counts the others', () => {
    const names = ['a', 'b', 'c', 'd']
    const descendants = names.map((name, index) => child(10 + index, name))
    const [line] = linesOf({ descendants, descendant_count: 300 })
    expect(line?.fact).toBe('It has 300 children')
    expect(line?.detail).toContain('a, b, c and 297 more')
    expect(linesOf({ descendants: [child(10, 'a')], descendant_count: 1 })[0]?.fact).toBe(
      'It has 1 child',
    )
  })

  test('warns of connected clients, and only of ports that have some', () => {
    const port = { protocol: 'tcp', address: '127.0.0.1' } as const
    const lines = linesOf({
      listeners: [
        { ...port, port: 5432, clients: [], client_count: 0 },
        {
          ...port,
          port: 5173,
          clients: [
            { pid: 42, name: '<b>node</b>', address: '127.0.0.1:40000' },
            { pid: null, name: null, address: '10.0.0.9:51000' },
          ],
          client_count: 2,
        },
      ],
    })
    expect(lines).toEqual([
      {
        icon: 'plug',
        isWarning: true,
        fact: '2 clients are connected to :5173',
        detail: '<b>node</b> (PID 42), 10.0.0.9:51000',
      },
    ])
  })

  test('says which unit starts it again, with its policy where that is known', () => {
    const detailOf = (policy: string | null) =>
      linesOf({
        restarted_by: { manager: 'systemd', unit: 'postgresql.service', policy, delay_ms: null },
      })[0]?.detail
    expect(detailOf('always')).toMatch(/^postgresql\.service, Restart=always\. .* the unit instead/)
    expect(detailOf(null)).toMatch(/^postgresql\.service\. /)
  })

  test('says that Windows starts its services again, and when', () => {
    const lineOf = (delay: number | null) =>
      linesOf({
        restarted_by: { manager: 'Windows', unit: 'Spooler', policy: null, delay_ms: delay },
      })[0]
    expect(lineOf(60_000)?.fact).toBe('Windows will start it again')
    expect(lineOf(60_000)?.detail.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ')).toBe(
      'Spooler, after 1 min. To keep it off, stop it in Services instead.',
    )
    expect(lineOf(0)?.detail).toMatch(/^Spooler, at once\. /)
    expect(lineOf(1)?.detail).toMatch(/^Spooler, after 1\s?s\. /)
    expect(lineOf(null)?.detail).toMatch(/^Spooler\. /)
  })

  test('says which job launchd starts again, on what condition, and how to keep it off', () => {
    const lineOf = (policy: string | null) =>
      linesOf({
        restarted_by: { manager: 'launchd', unit: 'org.example.db', policy, delay_ms: null },
      })[0]
    expect(lineOf(null)?.fact).toBe('launchd will start it again')
    expect(lineOf(null)?.detail).toBe(
      'org.example.db. To keep it off, switch it off in System Settings under Login Items, or by launchctl bootout in a terminal, instead.',
    )
    expect(lineOf('SuccessfulExit=false')?.detail).toMatch(
      /^org\.example\.db, SuccessfulExit=false\. /,
    )
  })

  test("another user's process is a warning only where it may not be ended", () => {
    const lineOf = (permitted: boolean) => linesOf({ other_user: true, permitted })[0]
    expect(lineOf(true)?.isWarning).toBe(false)
    expect(lineOf(false)).toMatchObject({ icon: 'lock', isWarning: true })
  })
})
