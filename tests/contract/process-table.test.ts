import { createProcessTable, defaultOptions } from '@taskmanager/platform'
import { fakeClock, fakeProcessTable, recordings, tableRows, unpack } from '@taskmanager/testkit'
import { processTableContract, toJson } from '@taskmanager/testkit/contract'
import { describe, expect, test } from 'vitest'

const nothingToDispose = { [Symbol.asyncDispose]: () => Promise.resolve() }

processTableContract('the fake', {
  create: async () => ({
    provider: fakeProcessTable([{ pid: 1 }, { pid: 7, cpuMs: 5 }]),
    ...nothingToDispose,
  }),
  alwaysListed: () => [1, 7],
})

processTableContract(`this machine (${process.platform})`, {
  create: async () => ({ provider: await createProcessTable(defaultOptions), ...nothingToDispose }),
  alwaysListed: () => [process.pid, process.ppid],
})

async function recorded(name: string) {
  const machine = await unpack(name)
  const { procRoot, sysRoot, etcRoot } = machine
  const provider = await createProcessTable({ procRoot, sysRoot, etcRoot, clock: fakeClock() })
  return { provider, [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose]() }
}

describe.skipIf(process.platform !== 'linux')(
  'recorded machines (Linux only: they are read by its provider)',
  () => {
    for (const name of recordings()) {
      processTableContract(`the recording ${name}`, { create: () => recorded(name) })

      test(`the readings of ${name} are as ever`, async () => {
        await using world = await recorded(name)
        const table = await world.provider.sweep()
        await expect(
          toJson({
            ...world.provider.capabilities,
            skipped: table.skipped,
            rows: tableRows(table),
          }),
        ).toMatchFileSnapshot(`golden/${name}.processes.json`)
        world.provider.close()
      })
    }
  },
)
