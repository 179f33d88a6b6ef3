import { describe, expect, test } from 'vitest'
import { ConfigError } from '@taskmanager/local-server'
import { readConfig } from './config.ts'

test('without settings: the fixed port, loopback alone, no token asked of the same user', () => {
  const config = readConfig('stats', {})
  expect(config).toMatchObject({
    port: 8000,
    pagePort: 5173,
    requireToken: false,
    logLevel: 'info',
    groupMayReadTokens: false,
    tokenOwnerUid: process.getuid?.() ?? null,
    mintsTokens: false,
    unusedExitSeconds: null,
    elevationEnded: false,
  })
  expect(config.extraOrigins).toEqual([])
  expect(config.remote).toBeNull()
})

test('settings are taken as they are meant', () => {
  const config = readConfig('accuracy', {
    PORT: '9001',
    PAGE_ORIGIN_PORT: '80',
    TASKMANAGER_EXTRA_ORIGINS: 'https://monitor.example, http://localhost:5174',
    TASKMANAGER_REQUIRE_TOKEN: '1',
    TASKMANAGER_TOKEN_OWNER: '998',
    TASKMANAGER_UNUSED_EXIT_SECONDS: '900',
  })
  expect(config).toMatchObject({ tokenOwnerUid: 998, unusedExitSeconds: 900 })
  expect(config.port).toBe(9001)
  expect(config.requireToken).toBe(true)
  expect(config.pagePort).toBe(80)
  expect(config.extraOrigins).toEqual(['https://monitor.example', 'http://localhost:5174'])
})

describe('what stops the start', () => {
  test.each([
    '*',
    'null',
    'http://*.example',
    'localhost:5173',
    'http://a.example/',
    'http://A.example',
    'file://',
  ])('extra origin %s', (origin) => {
    expect(() => readConfig('stats', { TASKMANAGER_EXTRA_ORIGINS: origin })).toThrow(/full origin/)
  })

  test.each([
    { PORT: '80x' },
    { PORT: '-1' },
    { PORT: '65536' },
    { PAGE_ORIGIN_PORT: '0' },
    { TASKMANAGER_RUN_DIR: 'relative' },
    { TASKMANAGER_REQUIRE_TOKEN: 'perhaps' },
    { TASKMANAGER_LOG_LEVEL: 'loud' },
  ])('%o', (env) => {
    expect(() => readConfig('stats', env)).toThrow(ConfigError)
  })

  test('all faults are named at once', () => {
    expect(() => readConfig('stats', { PORT: 'x', TASKMANAGER_LOG_LEVEL: 'y' })).toThrow(
      /PORT[\s\S]*LOG_LEVEL/,
    )
  })
})
