import type { ServiceUnit } from '@taskmanager/contracts'
import type {
  MachineProvider,
  ProcessDetailProvider,
  ServicesProvider,
} from '@taskmanager/platform'
import { createMachine, createProcessDetail } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { checkAll } from './check-all.ts'
import { checkDetails } from './check-details.ts'
import { checkMachine } from './check-machine.ts'
import { compared, isSound, ok, reportText, section, told, unknown } from './report.ts'

test('on this machine everything that is compared is right', { timeout: 60_000 }, async () => {
  const sections = await checkAll({ intervalMs: 200 })
  const wrong = sections.flatMap(({ findings }) =>
    findings.filter(({ state }) => state === 'wrong'),
  )
  expect(wrong).toEqual([])
  const text = reportText(sections)
  for (const what of [
    'CPU time of this process',
    'suspended',
    'ended',
    'number of CPUs',
    'its threads, one by one',
    'a port it opened, among all ports',
  ])
    expect(text).toContain(`  ok    ${what}: `)
  for (const what of [
    'its disk priority',
    'its efficiency mode',
    'programs that are started again when they end',
    'fields of the details without a value',
    'column isElevated',
    'sessions',
  ])
    expect(text).toContain(` ${what}: `)
  expect(text).toMatch(/\d+ compared and right, 0 wrong, \d+ not told here\.$/)
})

test('a provider that tells wrong figures is found out', async () => {
  const real = await createMachine()
  const lying: Pick<MachineProvider, 'sample' | 'info'> = {
    async sample() {
      const sample = await real.sample()
      const { cpu, memory } = sample
      return {
        ...sample,
        cpu: { ...cpu, cores: [...cpu.cores, { ...cpu.total, index: 999 }] },
        memory: { ...memory, totalBytes: 1 },
      }
    },
    info: () => real.info(),
  }
  const findings = await checkMachine({ ...lying, close: async () => {} }, 10)
  const wrong = findings.filter(({ state }) => state === 'wrong').map(({ what }) => what)
  expect(wrong).toEqual([
    'number of CPUs',
    'idle time, all CPUs and the sum of the cores',
    'memory',
  ])
  await real.close()
})

test('a check that breaks is one wrong line, and the others still say theirs', async () => {
  const broken = await section('A', () => Promise.reject(new TypeError('no such call')))
  const whole = await section('B', async () => [ok('x', '1'), told('y', '2'), unknown('z', 'why')])
  expect(broken.findings[0]).toMatchObject({ state: 'wrong', what: 'broke' })
  expect(broken.findings[0]?.detail).toContain('no such call')
  expect(isSound([broken, whole])).toBe(false)
  expect(isSound([whole])).toBe(true)
  expect(reportText([whole]).split('\n')).toEqual([
    'Task Manager Pro, selfcheck',
    '',
    'B',
    '  ok    x: 1',
    '        y: 2',
    '  --    z: why',
    '',
    '1 compared and right, 0 wrong, 1 not told here.',
  ])
})

test('programs of services that come back are counted, and why it is not told of others', async () => {
  const real = await createProcessDetail()
  if (real === null) throw new Error('no details here')
  const by = { manager: 'systemd', unit: 'a.service', policy: 'always', delay_ms: null } as const
  const details: ProcessDetailProvider = {
    async read(pid, startId, include) {
      const result = await real.read(pid, startId, include)
      if (result.kind !== 'ok') return result
      const { info } = result
      if (pid === process.pid) info.blast.restarted_by = by
      else info.unknown['blast.restarted_by'] = 'not_permitted'
      return result
    },
  }
  const pids = [process.pid, process.ppid, null]
  const services: Pick<ServicesProvider, 'list'> = {
    list: async () => ({
      services: pids.map((pid) => ({ pid }) as ServiceUnit),
      missing: { system: null, user: null },
    }),
  }
  const findings = await checkDetails({ details, services, ports: null, figures: null })
  expect(findings.find(({ what }) => what.startsWith('programs that are started'))).toEqual({
    state: 'told',
    what: 'programs that are started again when they end',
    detail: 'of 2 programs of services: yes 1, not_permitted 1',
  })
})

test('figures agree within what is allowed', () => {
  const figures = { ours: 10, theirs: 12.004, unit: 'ms' }
  expect(compared('a', { ...figures, within: 3 }).state).toBe('ok')
  expect(compared('a', { ...figures, within: 1 })).toEqual({
    state: 'wrong',
    what: 'a',
    detail: '10 ms, by the other source 12 ms, allowed 1',
  })
})
