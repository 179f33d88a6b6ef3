import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { createMachine, createProcessTable, ProcParseError } from '@taskmanager/platform'
import { fakeClock, tableRows, unpack, type UnpackedMachine } from '@taskmanager/testkit'
import { expectSaneNumbers } from '@taskmanager/testkit/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LinuxProcessDetail } from '../../packages/platform/src/detail/linux-detail.ts'
import { hostileBytes } from '../../packages/platform/src/hostile-bytes.ts'

/** Each run reads a whole recorded machine: fewer runs than the parsers alone get, which are run 10,000 times each. */
const RUNS = 50

const stillWorld = {
  filesystems: {
    statfs: async () => ({ bsize: 1, blocks: 9, bfree: 4, bavail: 3, files: 5, ffree: 2 }),
    isDirectory: async () => true,
  },
  addresses: () => ({}),
}

let machine: UnpackedMachine
let procFiles: string[]
let sysFiles: string[]
beforeAll(async () => {
  machine = await unpack('debian-12-vm')
  procFiles = plainFiles(machine.procRoot)
  sysFiles = plainFiles(machine.sysRoot)
})
afterAll(() => machine[Symbol.asyncDispose]())

/** Files that lie in the tree itself. Links are not followed: a recorded `root` leads out of it. */
function plainFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    return entry.isDirectory() ? plainFiles(file) : entry.isFile() ? [file] : []
  })
}

/** Runs `look` with one file of the tree spoiled. */
async function spoiled(file: string, bytes: Buffer, look: () => Promise<void>) {
  const whole = readFileSync(file)
  writeFileSync(file, bytes)
  try {
    await look()
  } finally {
    writeFileSync(file, whole)
  }
}

/** A file of the tree, and what stands in it instead. */
const fault = (files: readonly string[]) =>
  fc
    .nat(files.length - 1)
    .chain((at) =>
      fc.tuple(
        fc.constant(files[at] ?? ''),
        hostileBytes(readFileSync(files[at] ?? '', 'latin1').slice(0, 4096)),
      ),
    )

const roots = () => {
  const { procRoot, sysRoot, etcRoot } = machine
  return { procRoot, sysRoot, etcRoot, clock: fakeClock() }
}

const isLinux = process.platform === 'linux'

describe.skipIf(!isLinux)('one file is spoiled (Linux only)', { timeout: 120_000 }, () => {
  test('the list has every other process, and no number that cannot be', async () => {
    const whole = await createProcessTable(roots())
    const pids = (await whole.sweep()).count
    whole.close()
    await fc.assert(
      fc.asyncProperty(fault(procFiles), ([file, bytes]) =>
        spoiled(file, bytes, async () => {
          const options = roots()
          const provider = await createProcessTable(options)
          try {
            await provider.sweep()
            options.clock.advance(1000)
            const table = await provider.sweep()
            expect(table.count).toBeGreaterThanOrEqual(pids - 1)
            expectSaneNumbers(tableRows(table))
            if (table.machine !== null) expectSaneNumbers(table.machine)
          } finally {
            provider.close()
          }
        }),
      ),
      { numRuns: RUNS },
    )
  })

  test('the machine is told with what is left, or it is said that there is no CPU line', async () => {
    await fc.assert(
      fc.asyncProperty(fault([...procFiles.filter(isOfMachine), ...sysFiles]), ([file, bytes]) =>
        spoiled(file, bytes, async () => {
          const provider = await createMachine(roots(), stillWorld)
          try {
            const sample = await provider.sample().catch((error: unknown) => {
              const isNamed = error instanceof ProcParseError && file === `${machine.procRoot}/stat`
              if (!isNamed) throw error
              return null
            })
            expectSaneNumbers(sample)
            expectSaneNumbers(await provider.info())
          } finally {
            await provider.close()
          }
        }),
      ),
      { numRuns: RUNS },
    )
  })

  test('the details of a process are there, or it is gone, or it is said that it cannot be read', async () => {
    const [pid = 0] = readdirSync(machine.procRoot)
      .map(Number)
      .filter((each) => each > 1)
    const own = procFiles.filter((file) => file.includes(`/${pid}/`))
    expect(own.length).toBeGreaterThan(3)
    const sections = new Set(['threads', 'files', 'sockets', 'limits', 'memory', 'tree'] as const)
    const read = () => new LinuxProcessDetail(roots()).read(pid, null, sections)
    expect((await read()).kind).toBe('ok')
    await spoiled(path.join(machine.procRoot, String(pid), 'stat'), Buffer.from('x'), async () => {
      expect((await read()).kind).toBe('unreadable')
    })
    await fc.assert(
      fc.asyncProperty(fault(own), ([file, bytes]) =>
        spoiled(file, bytes, async () => {
          const result = await read()
          if (result.kind === 'ok') expectSaneNumbers(JSON.parse(JSON.stringify(result.info)))
        }),
      ),
      { numRuns: RUNS },
    )
  })
})

/** Files that are of no process. */
const isOfMachine = (file: string) => !/\/proc\/\d+\//.test(file)
