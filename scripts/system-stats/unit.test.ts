import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MARK } from './places.ts'
import { refuseForeign } from './tree.ts'
import { unitText } from './unit.ts'

const lines = unitText().split('\n')

test.each([
  'User=task-manager-pro',
  'AmbientCapabilities=CAP_KILL CAP_SYS_NICE',
  'CapabilityBoundingSet=CAP_KILL CAP_SYS_NICE',
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'RuntimeDirectory=task-manager-pro',
  'RuntimeDirectoryMode=0750',
  'StateDirectory=task-manager-pro',
  'StateDirectoryMode=0700',
  'UMask=0077',
  'SystemCallFilter=@system-service',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'IPAddressDeny=any',
  'IPAddressAllow=localhost',
  'Restart=on-failure',
])('the unit says %s, once', (directive) => {
  const [name] = directive.split('=')
  expect(lines.filter((line) => line.startsWith(`${name}=`))).toEqual([directive])
})

test('the unit bounds memory and tasks, and leaves the JavaScript engine its memory', () => {
  expect(lines.filter((line) => /^(MemoryMax|TasksMax)=\d/.test(line))).toHaveLength(2)
  expect(unitText()).not.toContain('MemoryDenyWriteExecute')
})

test('what the installer did not make, it neither replaces nor removes', () => {
  const root = mkdtempSync(join(tmpdir(), 'system-stats-'))
  try {
    const [tree, mark] = [join(root, 'tree'), join(root, 'tree/INSTALLED_BY')]
    expect(() => refuseForeign(tree, mark)).not.toThrow()
    mkdirSync(tree)
    expect(() => refuseForeign(tree, mark)).toThrow(`${tree} was not made by this installer.`)
    writeFileSync(mark, 'somebody else\n')
    expect(() => refuseForeign(tree, mark)).toThrow('Move it away first.')
    writeFileSync(mark, `${MARK}\n`)
    expect(() => refuseForeign(tree, mark)).not.toThrow()
  } finally {
    rmSync(root, { recursive: true })
  }
})
