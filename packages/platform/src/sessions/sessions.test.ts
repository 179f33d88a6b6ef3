import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import { LinuxSessions } from './linux-sessions.ts'
import { parseUtmp } from './parse-utmp.ts'

const stat = (pid: number, comm: string, state = 'S') =>
  `${pid} (${comm}) ${state} 1 ${pid} ${pid} 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0 0 ${'0 '.repeat(27)}`

interface Entry {
  type?: number
  user: string
  line: string
  pid: number
  host?: string
  seconds: number
}

/** A record as glibc writes it on this kind of processor. */
function record({ type = 7, user, line, pid, host = '', seconds }: Entry, wide = false): Buffer {
  const bytes = Buffer.alloc(wide ? 400 : 384)
  bytes.writeInt16LE(type, 0)
  bytes.writeInt32LE(pid, 4)
  bytes.write(line, 8)
  bytes.write(line.slice(-4), 40)
  bytes.write(user, 44)
  bytes.write(host, 76)
  if (wide) bytes.writeBigInt64LE(BigInt(seconds), 344)
  else bytes.writeInt32LE(seconds, 340)
  bytes.writeInt32LE(250_000, wide ? 352 : 344)
  return bytes
}

const anna: Entry = { user: 'anna', line: 'pts/0', pid: 100, host: '192.0.2.7', seconds: 1000 }
const ben: Entry = { user: 'ben', line: ':0', pid: 200, seconds: 2000 }
const boot: Entry = { type: 2, user: 'reboot', line: '~', pid: 0, seconds: 10 }
const ended: Entry = { type: 8, user: '', line: 'pts/1', pid: 300, seconds: 3000 }

test('who is signed in, of both lengths of record; boots and ends are nobody', () => {
  for (const wide of [false, true]) {
    const bytes = Buffer.concat([boot, anna, ended, ben].map((entry) => record(entry, wide)))
    expect(parseUtmp(bytes, wide ? 'arm64' : 'x64')).toEqual([
      { user: 'anna', line: 'pts/0', pid: 100, host: '192.0.2.7', sinceMs: 1_000_250 },
      { user: 'ben', line: ':0', pid: 200, host: null, sinceMs: 2_000_250 },
    ])
    expect(parseUtmp(bytes.subarray(0, -1), wide ? 'arm64' : 'x64')).toHaveLength(1)
  }
})

test('names that fill their field have no end, and control characters are shown', () => {
  const [entry] = parseUtmp(record({ ...anna, user: 'x'.repeat(32), line: 'pts/\u001b' }), 'x64')
  expect(entry?.user).toBe('x'.repeat(32))
  expect(entry?.line).not.toContain('\u001b')
})

test('who(1) reads the same from the same file', (context) => {
  if (process.arch !== 'x64') return context.skip('the record above is that of x64')
  const folder = mkdtempSync(path.join(tmpdir(), 'utmp-'))
  const file = path.join(folder, 'utmp')
  writeFileSync(file, Buffer.concat([record(boot), record(anna), record(ben)]))
  const { stdout, error } = spawnSync('who', [file], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
  })
  rmSync(folder, { recursive: true })
  if (error !== undefined) return context.skip('there is no who(1) here')
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
  expect(told.map(([user, line]) => [user, line])).toEqual([
    ['anna', 'pts/0'],
    ['ben', ':0'],
  ])
  expect(told[0]?.at(-1)).toBe('(192.0.2.7)')
})

const machine = () =>
  tree({
    'proc/sys/kernel/random/boot_id': 'abcdef01-0000-0000-0000-000000000000\n',
    'proc/100/stat': stat(100, 'sshd'),
    'proc/200/stat': stat(200, 'gdm'),
    'proc/400/stat': stat(400, 'dead', 'Z'),
    'proc/500/stat': 'not as the manual says',
    'dev/pts/0': '',
  })

const sessionsOf = (root: string) =>
  new LinuxSessions(
    {
      ...defaultOptions,
      procRoot: path.join(root, 'proc'),
      clock: { monotonicMs: () => 0, epochMs: () => 5_000_000 },
    },
    { utmp: path.join(root, 'utmp'), devRoot: path.join(root, 'dev') },
  )

test('idle is since the terminal was last read; a record whose process has ended, or is not understood, is none', async () => {
  using tmp = machine()
  const gone: Entry[] = [
    { user: 'gone', line: 'pts/8', pid: 300, seconds: 1 },
    { user: 'dead', line: 'pts/9', pid: 400, seconds: 1 },
    { user: 'odd', line: 'pts/7', pid: 500, seconds: 1 },
  ]
  writeFileSync(
    path.join(tmp.root, 'utmp'),
    Buffer.concat([anna, ben, ...gone].map((one) => record(one, process.arch === 'arm64'))),
  )
  utimesSync(path.join(tmp.root, 'dev/pts/0'), 4940, 1)
  expect(await sessionsOf(tmp.root).read()).toEqual({
    missing: null,
    sampled_at_ms: 5_000_000,
    sessions: [
      {
        user: 'anna',
        terminal: 'pts/0',
        from: '192.0.2.7',
        since_ms: 1_000_250,
        idle_seconds: 60,
        pid: 100,
        start_id: 'abcdef01-500',
        unknown: {},
      },
      {
        user: 'ben',
        terminal: ':0',
        from: null,
        since_ms: 2_000_250,
        idle_seconds: null,
        pid: 200,
        start_id: 'abcdef01-500',
        unknown: { idle_seconds: 'not_reported' },
      },
    ],
  })
})

test('a terminal that names a file elsewhere is not looked at', async () => {
  using tmp = machine()
  tmp.write({ elsewhere: '' })
  const odd: Entry = { ...anna, line: '../elsewhere' }
  writeFileSync(path.join(tmp.root, 'utmp'), record(odd, process.arch === 'arm64'))
  expect((await sessionsOf(tmp.root).read()).sessions[0]?.idle_seconds).toBeNull()
})

test('a machine without the record says so, and so does one where it may not be read', async () => {
  using tmp = machine()
  const none = await sessionsOf(tmp.root).read()
  expect(none.sessions).toEqual([])
  expect(none.missing).toContain('keeps no record')
  if (process.getuid?.() === 0) return
  writeFileSync(path.join(tmp.root, 'utmp'), '')
  chmodSync(path.join(tmp.root, 'utmp'), 0)
  expect((await sessionsOf(tmp.root).read()).missing).toContain('could not be read')
})
