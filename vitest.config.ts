import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { chromiumArguments, findInstalledChromium } from './scripts/launcher/chromium.ts'

// `npm test` sets the path; without it, somebody runs vitest by hand and the installed browser is found here.
const executablePath = process.env['CHROMIUM_PATH'] ?? findInstalledChromium() ?? ''

/** Tests that start real processes or hold real ports: one file at a time, with room for a loaded machine. */
const wholeSystem = {
  environment: 'node',
  testTimeout: 60_000,
  hookTimeout: 90_000,
  fileParallelism: false,
} as const

const browserProject: TestProjectInlineConfiguration = {
  extends: './apps/web/vite.config.ts',
  root: './apps/web',
  test: {
    name: 'browser',
    include: ['src/**/*.test.tsx'],
    browser: {
      enabled: true,
      headless: true,
      provider: playwright({
        launchOptions: { executablePath, args: [...chromiumArguments()] },
      }),
      instances: [{ browser: 'chromium' }],
      screenshotFailures: false,
    },
  },
}

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['{services,packages,apps}/*/src/**', 'apps/web/server/**', 'scripts/launcher/**'],
      reporter: ['text-summary'],
    },
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: [
            '{services,packages,apps}/*/src/**/*.test.ts',
            'apps/web/server/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'tests/{unit,contract,recorded}/**/*.test.ts',
          ],
          testTimeout: 20_000,
        },
      },
      { test: { name: 'launcher', ...wholeSystem, include: ['tests/launcher/**/*.test.ts'] } },
      { test: { name: 'live', ...wholeSystem, include: ['tests/live/**/*.test.ts'] } },
      { test: { name: 'security', ...wholeSystem, include: ['tests/security/**/*.test.ts'] } },
      { test: { name: 'parity', ...wholeSystem, include: ['tests/parity/**/*.test.ts'] } },
      { test: { name: 'wine', ...wholeSystem, include: ['tests/wine/*.test.ts'] } },
      { test: { name: 'e2e', ...wholeSystem, include: ['tests/e2e/**/*.test.ts'] } },
      browserProject,
    ],
  },
})
