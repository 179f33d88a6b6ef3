import { createMachine, defaultOptions } from '@taskmanager/platform'
import { fakeClock, recordings, unpack } from '@taskmanager/testkit'
import { machineContract, toJson } from '@taskmanager/testkit/contract'
import { describe, expect, test } from 'vitest'

machineContract(`this machine (${process.platform})`, {
  create: async () => ({
    provider: await createMachine(defaultOptions),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }),
})

/** A recording has no file systems behind its mounts and no addresses: these stand in, always the same. */
const stillWorld = {
  filesystems: {
    statfs: async () => ({
      bsize: 4096,
      blocks: 1000,
      bfree: 400,
      bavail: 300,
      files: 100,
      ffree: 90,
    }),
    isDirectory: async (mount: string) => !mount.startsWith('/etc/'),
  },
  addresses: () => ({}),
}

async function recorded(name: string) {
  const machine = await unpack(name)
  const { procRoot, sysRoot, etcRoot } = machine
  const provider = await createMachine(
    { procRoot, sysRoot, etcRoot, clock: fakeClock() },
    stillWorld,
  )
  return { provider, [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose]() }
}

describe.skipIf(process.platform !== 'linux')(
  'recorded machines (Linux only: they are read by its provider)',
  () => {
    for (const name of recordings()) {
      machineContract(`the recording ${name}`, { create: () => recorded(name) })

      test(`the figures of ${name} are as ever`, async () => {
        await using world = await recorded(name)
        const sample = await world.provider.sample()
        const { cpu, board, limits, container, virtualMachine, bootTimeMs } =
          await world.provider.info()
        const info = { cpu, board, limits, container, virtualMachine, bootTimeMs }
        await expect(toJson({ sample, info })).toMatchFileSnapshot(`golden/${name}.machine.json`)
        await world.provider.close()
      })
    }
  },
)
