import { expect, test } from 'vitest'
import { bytesOf } from '../../struct-bytes.ts'
import {
  DEPENDENT_SIZE,
  FAILURE_ACTION,
  type FailureAction,
  type ListedService,
  parseFailureActions,
  parseServices,
  parseServiceStatus,
  parseStartType,
  SERVICE_STATE,
  START_TYPE,
} from './parse-services.ts'
import type { OpenService, ServiceCalls } from './service-calls.ts'
import { MORE_DATA, readServices, type ServicesPage } from './read-services.ts'
import { restartsOf } from './service-restarts.ts'
import { WindowsServices } from './windows-services.ts'

const BASE = 0x7ff0_0000_1000

/** Entries, and the names they point to. */
function serviceList(
  entries: readonly { name: string; display: string; state: number; exit?: number; pid?: number }[],
  size = 56,
): Buffer {
  let at = entries.length * size
  const names: Buffer[] = []
  const place = (text: string) => {
    const bytes = Buffer.from(`${text}\0`, 'utf16le')
    names.push(bytes)
    at += bytes.length
    return BigInt(BASE + at - bytes.length)
  }
  const heads = entries.map(({ name, display, state, exit, pid }) =>
    bytesOf(size, [
      [0x00, 'u64', place(name)],
      [0x08, 'u64', place(display)],
      [0x14, 'u32', state],
      [0x18, 'u32', 1],
      [0x1c, 'u32', exit ?? 0],
      [0x2c, 'u32', pid ?? 0],
    ]),
  )
  return Buffer.concat([...heads, ...names])
}

test('a list with its names; an entry that points elsewhere is left out', () => {
  const bytes = serviceList([
    { name: 'Dhcp', display: 'DHCP-Client', state: 4, pid: 900 },
    { name: 'Spooler', display: 'Druckwarteschlange', state: 1, exit: 1077 },
  ])
  expect(parseServices(bytes, { base: BASE, count: 2 })).toEqual([
    {
      name: 'Dhcp',
      displayName: 'DHCP-Client',
      state: 4,
      acceptsStop: true,
      exitCode: 0,
      pid: 900,
    },
    {
      name: 'Spooler',
      displayName: 'Druckwarteschlange',
      state: 1,
      acceptsStop: true,
      exitCode: 1077,
      pid: null,
    },
  ])
  expect(parseServices(bytes, { base: 0, count: 2 })).toEqual([])
  expect(parseServices(bytes.subarray(0, 60), { base: BASE, count: 99 })).toEqual([])
  const dependents = serviceList([{ name: 'a', display: 'A', state: 4 }], DEPENDENT_SIZE)
  expect(
    parseServices(dependents, { base: BASE, count: 1, entrySize: DEPENDENT_SIZE }),
  ).toMatchObject([{ name: 'a', pid: null }])
})

/** A manager that has its services in pages; what each question had for room and for a place to go on from. */
function paged(pages: readonly (Partial<ServicesPage> & { names?: readonly string[] })[]) {
  const asked: { room: number; from: number }[] = []
  const all = readServices(
    async (bytes, resume) => {
      const from = resume.readUInt32LE(0)
      asked.push({ room: bytes.length, from })
      const { names = [], ...page } = pages[asked.length - 1] ?? pages.at(-1) ?? {}
      serviceList(names.map((name) => ({ name, display: name, state: 4 }))).copy(bytes)
      resume.writeUInt32LE(from + names.length, 0)
      return { code: MORE_DATA, count: names.length, neededBytes: 100_000, ...page }
    },
    () => BASE,
  )
  return all.then((services) => ({ names: services?.map(({ name }) => name) ?? null, asked }))
}

test('more services than one answer holds are asked for page by page', async () => {
  const room = 1 << 16
  expect(await paged([{ names: ['a', 'b'] }, { names: ['c'], code: 0, neededBytes: 0 }])).toEqual({
    names: ['a', 'b', 'c'],
    asked: [
      { room, from: 0 },
      { room, from: 2 },
    ],
  })
})

test('a manager that tells all or none gets more room, up to what Windows takes', async () => {
  const { names, asked } = await paged([{}, { names: ['a'], code: 0 }])
  expect(names).toEqual(['a'])
  expect(asked.map((each) => each.room)).toEqual([1 << 16, (1 << 16) + 100_000])
  const never = await paged([{}])
  expect(never.names).toBeNull()
  expect(Math.max(...never.asked.map((each) => each.room))).toBe(1 << 18)
})

test('a manager that refuses, or whose pages have no end, tells nothing', async () => {
  expect(await paged([{ names: ['a'] }, { code: 5 }])).toMatchObject({ names: null })
  const endless = await paged([{ names: ['a'] }])
  expect(endless.names).toBeNull()
  expect(endless.asked.length).toBeLessThan(100)
})

test('status and start of one', () => {
  const status = bytesOf(36, [
    [4, 'u32', 4],
    [0x1c, 'u32', 77],
  ])
  expect(parseServiceStatus(status)).toEqual({
    state: 4,
    acceptsStop: false,
    exitCode: 0,
    pid: 77,
  })
  expect(parseServiceStatus(status.subarray(1))).toBeNull()
  expect(parseStartType(bytesOf(8, [[4, 'u32', 3]]))).toBe(START_TYPE.demand)
  expect(parseStartType(Buffer.alloc(7))).toBeNull()
})

/** SERVICE_FAILURE_ACTIONSW with its text and its list behind it, as Windows writes them. */
const failureBytes = (actions: readonly [type: number, delayMs: number][]) =>
  bytesOf(0x40 + actions.length * 8, [
    [0x00, 'u32', 86_400],
    [0x08, 'u64', BigInt(BASE + 0x28)],
    [0x18, 'u32', actions.length],
    [0x20, 'u64', actions.length === 0 ? 0n : BigInt(BASE + 0x40)],
    [0x28, 'wide', 'restarting'],
    ...actions.flatMap(
      ([type, delay], index) =>
        [
          [0x40 + index * 8, 'u32', type],
          [0x44 + index * 8, 'u32', delay],
        ] as const,
    ),
  ])

test('what is done when a service ends unasked for: each time, nothing, and lists that lie elsewhere', () => {
  const bytes = failureBytes([
    [FAILURE_ACTION.restart, 60_000],
    [FAILURE_ACTION.runCommand, 0],
  ])
  expect(parseFailureActions(bytes, { base: BASE })).toEqual([
    { type: FAILURE_ACTION.restart, delayMs: 60_000 },
    { type: FAILURE_ACTION.runCommand, delayMs: 0 },
  ])
  expect(parseFailureActions(failureBytes([]), { base: BASE })).toEqual([])
  expect(parseFailureActions(bytes.subarray(0, 39), { base: BASE })).toBeNull()
  expect(parseFailureActions(bytes.subarray(0, -1), { base: BASE })).toBeNull()
  expect(parseFailureActions(bytes, { base: BASE + 0x1000 })).toBeNull()
  expect(parseFailureActions(bytes, { base: 0 })).toBeNull()
  bytes.writeUInt32LE(0xffff_ffff, 0x18)
  expect(parseFailureActions(bytes, { base: BASE })).toBeNull()
})

/** A manager whose services have these actions, or are not opened with this code. */
function failing(services: Record<string, readonly FailureAction[] | number>) {
  const told = { open: 0 }
  const open: ServiceCalls['open'] = (name) => {
    const known = services[name] ?? 1060
    if (typeof known === 'number') return { code: known, service: null }
    told.open++
    const service: Partial<OpenService> = {
      failureActions: () => ({ kind: 'ok', value: [...known] }),
      close: () => void told.open--,
    }
    return { code: 0, service: service as OpenService }
  }
  return { told, by: (...names: string[]) => restartsOf({ open }, names) }
}

test('services that come back are named with the shortest delay; those that do not are not', () => {
  const { restart, none, reboot } = FAILURE_ACTION
  const { told, by } = failing({
    Slow: [{ type: restart, delayMs: 120_000 }],
    Quick: [
      { type: restart, delayMs: 1000 },
      { type: none, delayMs: 0 },
    ],
    Later: [
      { type: none, delayMs: 0 },
      { type: restart, delayMs: 0 },
    ],
    Reboots: [{ type: reboot, delayMs: 0 }],
    Stays: [],
    Secret: 5,
  })
  const windows = { manager: 'Windows', policy: null }
  expect(by('Slow')).toEqual({
    kind: 'ok',
    value: { ...windows, unit: 'Slow', delay_ms: 120_000 },
  })
  expect(by('Slow', 'Stays', 'Secret', 'Quick')).toEqual({
    kind: 'ok',
    value: { ...windows, unit: 'Slow, Quick', delay_ms: 1000 },
  })
  expect(by('Later', 'Reboots', 'Stays')).toEqual({ kind: 'ok', value: null })
  expect(by('Stays', 'Secret')).toEqual({ kind: 'denied' })
  expect(by('Deleted')).toEqual({ kind: 'ok', value: null })
  expect(told.open).toBe(0)
})

interface Fake extends ListedService {
  startType: number
  dependents: string[]
  /** States it goes through after an order, the last one stays. */
  path: number[]
  exitAfter: number
  refuses: number
  /** What an order answers. */
  orderCode: number
}

/** A manager with one service, and how often its handles were opened and closed. */
function fakeManager(over: Partial<Fake> = {}) {
  const service: Fake = {
    name: 'Spooler',
    displayName: 'Print Spooler',
    state: SERVICE_STATE.running,
    acceptsStop: true,
    exitCode: 0,
    pid: 50,
    startType: START_TYPE.automatic,
    dependents: [],
    path: [],
    exitAfter: 0,
    refuses: 0,
    orderCode: 0,
    ...over,
  }
  const told = { open: 0, orders: [] as string[] }
  const order = async (word: string) => {
    told.orders.push(word)
    service.exitCode = service.exitAfter
    return service.orderCode
  }
  const calls: ServiceCalls = {
    list: async () => [service],
    open(name) {
      if (service.refuses !== 0) return { code: service.refuses, service: null }
      if (name !== service.name) return { code: 1060, service: null }
      told.open++
      return {
        code: 0,
        service: {
          status: () => {
            if (told.orders.length > 0) service.state = service.path.shift() ?? service.state
            const { state, acceptsStop, exitCode, pid } = service
            return { state, acceptsStop, exitCode, pid }
          },
          startType: () => service.startType,
          failureActions: () => ({ kind: 'ok', value: [] }),
          dependents: () => service.dependents,
          start: () => order('start'),
          stop: () => order('stop'),
          setStartType: (type) => {
            service.startType = type
            return 0
          },
          close: () => {
            told.open--
          },
        },
      }
    },
  }
  return {
    told,
    provider: new WindowsServices({ calls, nowMs: () => 1000, watchMs: 20, everyMs: 1 }),
  }
}

const order = (action: 'start' | 'stop' | 'restart' | 'enable' | 'disable', more = {}) => ({
  scope: 'system' as const,
  name: 'Spooler',
  action,
  confirmName: undefined,
  expiresAtMs: undefined,
  ...more,
})

const { startPending, stopPending, running, stopped } = SERVICE_STATE

test('the list in the words of the page; every handle is closed', async () => {
  const { provider, told } = fakeManager()
  const { services, missing } = await provider.list()
  expect(services).toEqual([
    {
      scope: 'system',
      name: 'Spooler',
      unit: 'Spooler',
      description: 'Print Spooler',
      state: 'active',
      sub_state: 'running',
      starts: 'enabled',
      critical: false,
      pid: 50,
    },
  ])
  expect(missing.system).toBeNull()
  expect(told.open).toBe(0)
})

test.each([
  [{ state: stopped, exitCode: 1077 }, 'inactive'],
  [{ state: stopped, exitCode: 0 }, 'inactive'],
  [{ state: stopped, exitCode: 1067 }, 'failed'],
  [{ state: 99 }, 'unknown'],
])('%j is %s', async (over, state) => {
  const { services } = await fakeManager(over).provider.list()
  expect(services[0]?.state).toBe(state)
})

test('stop and start wait until it is so', async () => {
  const stop = fakeManager({ path: [stopPending, stopPending, stopped] })
  expect(await stop.provider.act(order('stop'))).toEqual({
    result: 'done',
    reason: null,
    state: 'inactive',
    starts: 'enabled',
  })
  const start = fakeManager({ state: stopped, path: [startPending, running] })
  expect(await start.provider.act(order('start'))).toMatchObject({
    result: 'done',
    state: 'active',
  })
  expect(start.told).toEqual({ open: 0, orders: ['start'] })
})

test('what is not done in time is pending; what ended at once says why', async () => {
  const slow = fakeManager({ path: Array(50).fill(stopPending) as number[] })
  expect(await slow.provider.act(order('stop'))).toMatchObject({ result: 'pending' })
  const ends = fakeManager({ state: stopped, path: [startPending, stopped], exitAfter: 1069 })
  expect(await ends.provider.act(order('start'))).toMatchObject({
    result: 'failed',
    reason: 'its account could not be signed in',
    state: 'failed',
  })
})

test('a restart that cannot stop does not start', async () => {
  const { provider, told } = fakeManager({ dependents: ['Fax'] })
  expect(await provider.act(order('restart'))).toMatchObject({
    result: 'failed',
    reason: 'Fax need it and run',
  })
  expect(told.orders).toEqual([])
})

test.each([
  ['stop', { acceptsStop: false }, 'failed'],
  ['start', { state: stopped, startType: START_TYPE.disabled }, 'failed'],
  ['stop', { refuses: 5 }, 'needs_elevation'],
  ['stop', { refuses: 1060 }, 'gone'],
  ['stop', { refuses: 1722 }, 'failed'],
] as const)('%s of %j is %s, and nothing is ordered', async (action, over, result) => {
  const { provider, told } = fakeManager(over)
  expect((await provider.act(order(action))).result).toBe(result)
  expect(told).toEqual({ open: 0, orders: [] })
})

test('by hand and with the machine', async () => {
  const { provider } = fakeManager()
  expect(await provider.act(order('disable'))).toMatchObject({ result: 'done', starts: 'disabled' })
  expect(await provider.act(order('enable'))).toMatchObject({ result: 'done', starts: 'enabled' })
})

test('too late, of a session, or without its typed name: nothing is asked', async () => {
  const { provider, told } = fakeManager({ name: 'RpcSs' })
  const results = [
    await provider.act(order('stop', { expiresAtMs: 999 })),
    await provider.act(order('stop', { scope: 'user' })),
    await provider.act(order('stop', { name: 'RPCSS' })),
  ].map(({ result }) => result)
  expect(results).toEqual(['expired', 'gone', 'confirmation_required'])
  expect(told.orders).toEqual([])
})

test('a manager that does not answer is told', async () => {
  const calls: ServiceCalls = { list: async () => null, open: () => ({ code: 5, service: null }) }
  const provider = new WindowsServices({ calls, nowMs: () => 0 })
  const { services, missing } = await provider.list()
  expect(services).toEqual([])
  expect(missing.system).toContain('does not answer')
})

test('an order that Windows does not take says why, and not what became of the last one', async () => {
  const start = fakeManager({ state: stopped, exitCode: 1077, exitAfter: 1077, orderCode: 1069 })
  expect(await start.provider.act(order('start'))).toMatchObject({
    result: 'failed',
    reason: 'its account could not be signed in',
  })
  const stop = fakeManager({ orderCode: 1061 })
  expect(await stop.provider.act(order('stop'))).toMatchObject({
    result: 'failed',
    reason: 'it takes no orders just now',
  })
  const denied = fakeManager({ state: stopped, orderCode: 5 })
  expect(await denied.provider.act(order('start'))).toMatchObject({ result: 'needs_elevation' })
  // Somebody else was faster: it is as it was to be.
  const late = fakeManager({ state: stopped, path: [running], orderCode: 1056 })
  expect(await late.provider.act(order('start'))).toMatchObject({ result: 'done' })
})
