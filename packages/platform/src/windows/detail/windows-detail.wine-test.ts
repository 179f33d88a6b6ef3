import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { userInfo } from 'node:os'
import type { InfoSection, ProcessInfo } from '@taskmanager/contracts'
import { createProcessDetail, createProcessTable } from '@taskmanager/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serviceCalls } from '../services/service-calls.ts'
import { systemLibrary } from '../system-library.ts'

const CHILD = `
  process.on('message', (port) => {
    require('node:net').connect(port, '127.0.0.1', () => process.send('connected'))
  })
  process.send('ready')`

/** Stands for this thread where a handle is wanted. */
const CURRENT_THREAD = -2

let child: ChildProcess
let provider: NonNullable<Awaited<ReturnType<typeof createProcessDetail>>>

beforeAll(async () => {
  child = spawn(process.execPath, ['-e', CHILD, 'zwei Worte', '--token=x'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    cwd: 'C:\\windows',
  })
  await once(child, 'message')
  const made = await createProcessDetail()
  if (made === null) throw new Error('koffi has no binary here')
  provider = made
})
afterAll(() => void child.kill())

async function infoOf(pid: number, ...sections: InfoSection[]): Promise<ProcessInfo> {
  const result = await provider.read(pid, null, new Set(sections))
  if (result.kind !== 'ok') throw new Error(`PID ${pid} is ${result.kind}`)
  return result.info
}

test('a program, its arguments with secrets masked, its folder, its user', async () => {
  const info = await infoOf(child.pid ?? 0)
  expect(info).toMatchObject({
    pid: child.pid,
    ppid: process.pid,
    name: 'node.exe',
    kind: 'background',
    user: userInfo().username,
    cmdline_truncated: false,
  })
  expect(info.exe?.toLowerCase()).toBe(process.execPath.toLowerCase())
  expect(info.cmdline?.slice(-2)).toEqual(['zwei Worte', '--token=********'])
  expect(info.cwd?.toLowerCase()).toBe('c:\\windows\\')
  expect(info.ancestors[0]).toMatchObject({ pid: process.pid, name: 'node.exe' })
})

test('its start mark is that of the list, and another mark is another process', async () => {
  const table = await createProcessTable()
  const swept = await table.sweep()
  const slot = swept.slots.find((each) => swept.columns.pid[each] === child.pid) ?? -1
  const info = await infoOf(child.pid ?? 0)
  expect(info.start_id).toBe(swept.facts[slot]?.startId)
  expect(info.num_threads).toBe(swept.columns.threads[slot])
  expect(await provider.read(child.pid ?? 0, `${info.start_id}0`, new Set())).toMatchObject({
    kind: 'identity_mismatch',
    owner: { pid: child.pid, name: 'node.exe' },
  })
  table.close()
})

test('what Windows has no word for is not offered, what it did not tell says so', async () => {
  const { unknown, ...info } = await infoOf(process.pid, 'files', 'limits')
  expect(info).toMatchObject({ files: null, limits: null, num_fds: null, tty: null })
  for (const field of ['files', 'limits', 'num_fds', 'tty', 'memory.pss_bytes', 'run_delay_ms'])
    expect(unknown[field]).toBe('not_supported')
  expect(unknown['memory.uss_bytes']).toBe('not_reported') // Wine has no private working set
  // It runs no service, which is an answer; all else that is null has its reason.
  const silent = Object.entries(info).filter(
    ([field, value]) => value === null && !(field in unknown),
  )
  expect(silent.map(([field]) => field)).toEqual(['unit'])
})

test('this process: handles, memory, CPUs and times are its own', async () => {
  const usage = process.cpuUsage()
  const info = await infoOf(process.pid)
  expect(info.num_handles).toBeGreaterThan(20)
  expect(info.affinity?.length).toBeGreaterThan(0)
  expect(info.memory.rss_bytes).toBeGreaterThan(20 * 2 ** 20)
  expect(info.memory.peak_rss_bytes).toBeGreaterThanOrEqual(info.memory.rss_bytes ?? 0)
  const used = (info.cpu_time_user_ms ?? 0) + (info.cpu_time_system_ms ?? 0)
  expect(Math.abs(used - (usage.user + usage.system) / 1000)).toBeLessThan(100)
  expect(info.blast).toMatchObject({
    permitted: true,
    other_user: false,
    has_windows: false,
    protected_reason: 'This is the service that would have to answer.',
  })
})

test('threads have their own times, which together are that of the process', async () => {
  const info = await infoOf(child.pid ?? 0, 'threads')
  const threads = info.threads ?? []
  expect(threads).toHaveLength(info.num_threads ?? -1)
  expect(new Set(threads.map(({ tid }) => tid)).size).toBe(threads.length)
  const sum = threads.reduce((all, thread) => all + thread.cpu_time_ms, 0)
  const whole = (info.cpu_time_user_ms ?? 0) + (info.cpu_time_system_ms ?? 0)
  expect(sum).toBeGreaterThan(0)
  expect(sum).toBeLessThanOrEqual(whole + 60)
})

test('a thread has the name that its program gave it', async () => {
  const name = systemLibrary('kernel32')?.func(
    'int32_t SetThreadDescription(intptr_t thread, str16 name)',
  )
  expect(name?.(CURRENT_THREAD, 'Hauptfaden ü')).toBeGreaterThanOrEqual(0)
  const { threads } = await infoOf(process.pid, 'threads')
  expect(threads?.map((thread) => thread.name)).toContain('Hauptfaden ü')
})

test('children come with their parent, and the branch holds both', async () => {
  const info = await infoOf(process.pid, 'tree')
  const ref = { pid: child.pid, name: 'node.exe' }
  expect(info.blast.descendants).toContainEqual(expect.objectContaining(ref))
  expect(info.tree?.[0]?.pid).toBe(process.pid)
  expect(info.tree).toContainEqual(expect.objectContaining({ ...ref, ppid: process.pid }))
})

test('sockets of a process: Wine names the owners of those that connect and of datagrams', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  const datagrams = createSocket('udp4').bind(0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(datagrams, 'listening')])
  const { port } = server.address() as AddressInfo
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const told = once(child, 'message')
  child.send(port)
  const [[socket]] = await Promise.all([accepted, told])
  expect((await infoOf(child.pid ?? 0, 'sockets')).sockets).toContainEqual({
    fd: null,
    protocol: 'tcp',
    local: `127.0.0.1:${socket.remotePort}`,
    remote: `127.0.0.1:${port}`,
    state: 'ESTABLISHED',
  })
  const { blast } = await infoOf(process.pid)
  expect(blast.listeners).toContainEqual({
    port: datagrams.address().port,
    protocol: 'udp',
    address: `127.0.0.1:${datagrams.address().port}`,
    clients: [],
    client_count: 0,
  })
  socket.destroy()
  server.close()
  datagrams.close()
})

test('the program of a service names it; whether Windows starts it again is not told by Wine', async () => {
  const running = (await serviceCalls()?.list())?.find((service) => service.pid !== null)
  const { kind, unit, blast, unknown } = await infoOf(running?.pid ?? 0)
  expect({ kind, names: unit?.split(', ') }).toEqual({
    kind: 'service',
    names: expect.arrayContaining([running?.name]),
  })
  expect(blast.restarted_by).toBeNull()
  expect(unknown['blast.restarted_by']).toBe('not_supported')
})

test('a window makes it an app; one that has ended is gone', async () => {
  const notepad = spawn('C:\\windows\\system32\\notepad.exe', { stdio: 'ignore' })
  const pid = notepad.pid ?? 0
  try {
    const patient = { timeout: 20_000, interval: 200 }
    await expect.poll(async () => (await infoOf(pid)).blast.has_windows, patient).toBe(true)
    expect((await infoOf(pid)).kind).toBe('app')
  } finally {
    const ended = once(notepad, 'exit')
    notepad.kill()
    await ended
  }
  expect(await provider.read(pid, null, new Set())).toEqual({ kind: 'gone' })
  expect(await provider.read(4_000_000, null, new Set())).toEqual({ kind: 'gone' })
})
