import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createApi } from '@taskmanager/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../../scripts/launcher/toolchain.mjs'
import { freePorts, until } from '../launcher/launched.ts'
import { bundleServices } from './support/bundle-services.ts'
import { noWineReason, windowsPath, wineMachine } from './support/wine-machine.ts'

const LIMIT_MS = 60_000
const reason = noWineReason()

/** Wine has no dialog and gives the rights to whoever asks; everything around that question runs as under Windows. */
describe.skipIf(reason !== null)('the elevated stats service, in a Windows under Wine', () => {
  let work: string
  const file = (...names: string[]) => path.join(work, ...names)
  beforeAll(async () => {
    work = mkdtempSync(path.join(wineMachine().directory, 'elevated & (odd) '))
    for (const part of ['scripts', 'packages', 'tests/wine/fixtures']) {
      const filter = (source: string) => !/node_modules|\.test\.ts$/.test(source)
      cpSync(path.join(ROOT, part), file(part), { recursive: true, filter })
    }
    await bundleServices(file('dist'))
  })
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  async function start(name: string, option: string) {
    const [runDir, stopFile, output] = [name, `${name}.stop`, `${name}.txt`].map((one) => file(one))
    const ports = await freePorts()
    const list = `${ports.stats},${ports.accuracy},${ports.pages}`
    const driver = windowsPath(file('tests/wine/fixtures/elevated-driver.ts'))
    const places = [runDir ?? '', stopFile ?? ''].map((one) => windowsPath(one))
    const driven = wineMachine().start([driver, places[0] ?? '', list, places[1] ?? '', option], {
      output: output ?? '',
      limitMs: LIMIT_MS,
      env: { TASKMANAGER_EXTRA_ORIGINS: 'http://of-the-caller.example' },
    })
    const log = () => {
      const written = path.join(runDir ?? '', 'state/stats.log')
      return existsSync(written) ? readFileSync(written, 'utf8') : ''
    }
    return {
      ports,
      ended: driven.ended,
      kill: () => driven.kill('SIGKILL'),
      log,
      output: () => readFileSync(output ?? '', 'utf8'),
      token: () => readFileSync(path.join(runDir ?? '', 'control.token'), 'utf8').trim(),
      stop: () => writeFileSync(stopFile ?? '', ''),
    }
  }

  test('it starts by way of runas, says what it does in the log of the launcher, and ends with the launcher', async () => {
    const started = await start('run', '--allow-user-writable-tree')
    const api = createApi({ ports: started.ports, host: '127.0.0.1' })
    try {
      await until(
        'it answers',
        () =>
          api.getHealth('stats').then(
            () => true,
            () => false,
          ),
        45_000,
      )
      api.pasteToken(started.token())
      const system = await api.getSystem()
      expect(system.elevated).toBe(true)
      expect(system.capabilities['elevation']).toMatchObject({ available: true })
      expect(started.log()).toMatch(
        /Warning: .* Whoever can change it can now become administrator/,
      )
      const page = {
        origin: 'http://of-the-caller.example',
        authorization: `Bearer ${started.token()}`,
      }
      const answer = await fetch(`http://127.0.0.1:${started.ports.stats}/api/system`, {
        headers: page,
      })
      expect(answer.status, 'the environment of the caller does not count').toBe(403)
      started.stop()
      expect(await started.ended).toBe(0)
      expect(started.output()).toContain('stopped')
      expect(started.log()).toMatch(/"why":"the launcher/)
      await expect(api.getHealth('stats')).rejects.toMatchObject({ error: 'no_answer' })
    } catch (error) {
      throw new Error(`${started.output()}\n${started.log()}`, { cause: error })
    } finally {
      started.kill()
      await started.ended
    }
  })

  test('an installation that ordinary programs can change is not run with these rights, and nobody is asked', async () => {
    const started = await start('refused', '')
    expect(await started.ended).toBe(1)
    expect(started.output()).toContain('"how":"ended with code 77"')
    expect(started.log()).toMatch(
      /Elevated mode refused: .* belongs to S-1-5-21-.*, not to Administrators\./,
    )
    expect(started.log()).toContain('--allow-user-writable-tree')
  })
})
