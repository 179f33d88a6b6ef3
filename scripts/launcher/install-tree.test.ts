import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findUntrustedPath } from './install-tree.ts'

// Only root can lay out a tree that belongs to root.
const isRoot = process.getuid?.() === 0
if (!isRoot)
  console.log('Skipped: an installation that belongs to root can only be laid out by root.')

describe.skipIf(!isRoot)('an installation that root is going to run', () => {
  let tree: string
  let program: string
  beforeEach(() => {
    tree = mkdtempSync('/opt/tmp-tree-')
    chmodSync(tree, 0o755)
    mkdirSync(join(tree, 'dist'))
    program = join(tree, 'dist/stats.mjs')
    writeFileSync(program, '', { mode: 0o644 })
  })
  afterEach(() => rmSync(tree, { recursive: true }))

  test('is fine when only root can change it', () => {
    expect(findUntrustedPath([join(tree, 'dist')])).toBeNull()
  })
  test('is refused for one file of another user', () => {
    chownSync(program, 65_534, 65_534)
    expect(findUntrustedPath([join(tree, 'dist')])).toBe(
      `${program} belongs to uid 65534, not to root`,
    )
  })
  test('is refused for one file others can write', () => {
    chmodSync(program, 0o664)
    expect(findUntrustedPath([join(tree, 'dist')])).toBe(
      `${program} can be changed by others than root`,
    )
  })
  test('is refused for a directory above it', () => {
    chmodSync(tree, 0o777)
    expect(findUntrustedPath([join(tree, 'dist')])).toBe(
      `${tree} can be changed by others than root`,
    )
  })
})
