import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePorts, until } from '../launcher/launched.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0'
const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const reason = has('promtool') && has('prometheus') ? null : 'Prometheus is not installed'
if (reason !== null) console.log(`/metrics is not scraped by a real Prometheus: ${reason}.`)

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services[Symbol.asyncDispose]())

async function metrics(
  accept: string,
  port = services.ports.stats,
): Promise<{ type: string; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { accept },
  })
  expect(answer.status).toBe(200)
  return { type: answer.headers.get('content-type') ?? '', text: await answer.text() }
}

/** Value of the first sample that begins so. */
const valueOf = (text: string, series: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1),
  )

const kib = (key: string): number =>
  Number(new RegExp(`^${key}: +(\\d+)`, 'm').exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) *
  1024

test('says what the kernel says, in units of the base, in both formats', async () => {
  const { type, text } = await metrics(OPEN_METRICS)
  expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
  expect(text.endsWith('\n# EOF\n')).toBe(true)
  expect(valueOf(text, 'system_memory_limit_bytes')).toBe(kib('MemTotal'))
  const states = ['used', 'free', 'buffers', 'cached'].map((state) =>
    valueOf(text, `system_memory_usage_bytes{system_memory_state="${state}"}`),
  )
  expect(states.reduce((sum, value) => sum + value)).toBe(kib('MemTotal'))
  const user = valueOf(text, 'system_cpu_time_seconds_total{cpu_mode="user"}')
  const now = Number(/^cpu +(\d+)/.exec(readFileSync('/proc/stat', 'utf8'))?.[1]) / 100
  expect(user).toBeGreaterThan(0)
  expect(user).toBeLessThanOrEqual(now)
  expect((await metrics('text/plain')).type).toBe('text/plain; version=0.0.4; charset=utf-8')
})

test('apps: every process is in one of them or in the rest', async () => {
  const { api, ports } = services
  await api.getProcesses()
  const { text } = await metrics(OPEN_METRICS, ports.accuracy)
  const count = text
    .split('\n')
    .filter((line) => line.startsWith('taskmgr_app_process_count{'))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  const listed = (await api.getProcesses()).processes.length
  expect(count).toBeGreaterThan(listed / 2)
  expect(count).toBeLessThan(listed * 2)
  const cpu = 'taskmgr_app_cpu_time_seconds_total{taskmgr_app="_other"}'
  await until('time is counted', async () => {
    await api.getProcesses() // somebody looks, so the next sample is soon
    return valueOf((await metrics(OPEN_METRICS, ports.accuracy)).text, cpu) > 0
  })
})

describe.skipIf(reason !== null)('Prometheus', () => {
  test.each(['stats', 'accuracy'] as const)('finds nothing to object to in %s', async (name) => {
    const { text } = await metrics('text/plain', services.ports[name])
    const said = await new Promise<string>((resolve) => {
      const child = execFile('promtool', ['check', 'metrics'], (_error, out, err) =>
        resolve(out + err),
      )
      child.stdin?.end(text)
    })
    // A gauge that counts processes is named so by OpenTelemetry; `_count` is a histogram's to promtool.
    const objections = said
      .split('\n')
      .filter((line) => line !== '' && !/_count non-histogram and non-summary/.test(line))
    expect(objections).toEqual([])
  })

  test('scrapes it with the token for reading, and finds the figures by their names', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tmp-prometheus-'))
    const { pages: port } = await freePorts()
    const token = path.join(folder, 'token')
    writeFileSync(token, services.tokens.read)
    const config = path.join(folder, 'prometheus.yml')
    writeFileSync(
      config,
      `scrape_configs:
  - job_name: taskmgr
    scrape_interval: 1s
    authorization: { credentials_file: ${token} }
    static_configs:
      - targets: ['127.0.0.1:${services.ports.stats}', '127.0.0.1:${services.ports.accuracy}']
`,
    )
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${path.join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    )
    const ended = once(prometheus, 'exit')
    try {
      const ask = async (query: string): Promise<Record<string, number>> => {
        const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`
        const answer = await fetch(url).catch(() => null)
        if (answer?.ok !== true) return {}
        const { data } = (await answer.json()) as {
          data: { result: { metric: Record<string, string>; value: [number, string] }[] }
        }
        return Object.fromEntries(
          data.result.map(({ metric, value }) => [
            metric['cpu_mode'] ?? metric['__name__'] ?? '',
            Number(value[1]),
          ]),
        )
      }
      await until('Prometheus has scraped', async () => (await ask('sum(up)'))[''] === 2)
      expect(await ask('system_memory_limit_bytes')).toEqual({
        system_memory_limit_bytes: kib('MemTotal'),
      })
      expect(Object.keys(await ask('system_cpu_time_seconds_total'))).toEqual(
        expect.arrayContaining(['user', 'system', 'idle', 'interrupt']),
      )
      expect(await ask('sum(taskmgr_series_dropped)')).toEqual({ '': 0 })
      const processes = await ask('sum(taskmgr_app_process_count)')
      expect(processes['']).toBeGreaterThan(5)
    } finally {
      prometheus.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
