import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { inNamespaces } from '../support/in-namespaces.ts'
import type { DeadMounts } from './fixtures/dead-mounts.ts'

const SCRIPT = path.join(import.meta.dirname, 'fixtures/dead-mounts.ts')

test('dead mounts under the log of actions, in PATH and beside freeze nothing, and each answer says what is not known', (context) => {
  if (!existsSync('/dev/fuse')) return context.skip('this machine has no FUSE')
  const printed = inNamespaces(context, 'exec "$1" "$2"', process.execPath, SCRIPT)
  if (printed === null) return
  const { kill, actions, startup, filesystems, code } = JSON.parse(printed) as DeadMounts
  expect(kill).toEqual({ result: 'terminated', audit: 'failed' })
  expect(actions).toMatch(/cannot be read \(ETIMEDOUT\)/)
  expect(startup).toEqual(['if of-the-dead-mount is installed: where it would be does not answer'])
  expect(filesystems.find(({ mount }) => mount === '/')?.stale_reason).toBe(null)
  expect(filesystems.filter(({ stale_reason }) => stale_reason !== null)).toHaveLength(3)
  expect(code).toBe(0)
})
