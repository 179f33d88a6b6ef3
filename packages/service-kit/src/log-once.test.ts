import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLogger, withoutSecrets } from './logging.ts'
import { LogOnce } from './log-once.ts'
import { mintControlToken } from './tokens.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function collect() {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  return { lines, log: createLogger('stats', 'info', { write }) }
}

test('one line per kind per minute, and what followed is counted', () => {
  const { lines, log } = collect()
  const once = new LogOnce(log)
  for (let i = 0; i < 1000; i += 1) once.warn('disk', { disk: 'sda' }, 'A disk cannot be read.')
  once.error('gpu', {}, 'The GPU is gone.')
  expect(lines.map(({ kind, count }) => [kind, count])).toEqual([
    ['disk', undefined],
    ['gpu', undefined],
  ])
  vi.advanceTimersByTime(60_000)
  expect(lines.slice(2)).toMatchObject([{ kind: 'disk', count: 999 }])
  once.warn('disk', {}, 'A disk cannot be read.')
  expect(lines).toHaveLength(4)
  once.close()
})

test('endless kinds do not grow the memory', () => {
  const { lines, log } = collect()
  const once = new LogOnce(log)
  for (let i = 0; i < 5000; i += 1) once.warn(`kind ${i}`, {}, 'x')
  expect(lines.length).toBeLessThanOrEqual(501)
  once.close()
})

test('tokens do not survive in a log line, wherever they came from', () => {
  const { lines, log } = collect()
  const token = mintControlToken()
  log.error({ err: new Error(`bad ${token}`), headers: { authorization: token }, token }, 'x')
  log.error({ request: { headers: { authorization: `Bearer ${token}` }, body: { token } } }, 'y')
  expect(JSON.stringify(lines)).not.toContain(token)
  expect(withoutSecrets(`tmp.bearer.${token} and Bearer abc`)).toBe(
    'tmp.bearer.******** and Bearer ********',
  )
})
