import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { burner, burnOnce } from './known-work.ts'
import { HOSTILE_NAMES, hostileProcesses, named, termIgnorer, zombies } from './odd-processes.ts'

const linux = process.platform === 'linux'

test('a burner keeps book of its own CPU time', async () => {
  await using work = await burner({ percent: 50, threads: 2 })
  const from = Date.now() + 200
  const first = await work.cpuMsAt(from)
  expect(await work.cpuMsAt(from + 500)).toBeGreaterThan(first)
})

test('a single burn uses what it was asked for', async () => {
  const { cpuMs } = await burnOnce(150)
  expect(cpuMs).toBeGreaterThanOrEqual(150)
})

describe.skipIf(!linux)(
  'odd processes on Linux (skipped elsewhere: they need bash and /proc)',
  () => {
    const state = async (pid: number) =>
      (await readFile(`/proc/${pid}/stat`, 'latin1')).replace(/^.*\) /s, '')[0]

    test('zombies are zombies', async () => {
      await using parent = await zombies(3)
      expect(parent.zombiePids).toHaveLength(3)
      expect(await Promise.all(parent.zombiePids.map(state))).toEqual(['Z', 'Z', 'Z'])
    })

    test('a process that ignores TERM lives on until KILL', async () => {
      await using stubborn = await termIgnorer()
      process.kill(stubborn.pid, 'SIGTERM')
      expect(await state(stubborn.pid)).toMatch(/[RSD]/) // alive
      process.kill(stubborn.pid, 'SIGKILL')
      expect((await stubborn.ended).signal).toBe('SIGKILL')
    })

    test('hostile names reach the kernel as they are', async () => {
      await using hostile = await hostileProcesses()
      const comms = await Promise.all(
        hostile.list.map(async ({ pid }) =>
          (await readFile(`/proc/${pid}/comm`)).toString('latin1'),
        ),
      )
      expect(comms).toHaveLength(HOSTILE_NAMES.length)
      expect(comms).toContain('new\nline\n')
      expect(comms).toContain('bad\xff\xfebyte\n')
      expect(comms).toContain('__proto__\n')
    })

    test('a named process has its name and arguments', async () => {
      await using shop = await named('webshop', '--port', '8080')
      expect(await readFile(`/proc/${shop.pid}/comm`, 'utf8')).toBe('webshop\n')
      expect(await readFile(`/proc/${shop.pid}/cmdline`, 'utf8')).toContain(
        'webshop\0--port\x008080\0',
      )
    })
  },
)
