import {
  createFigures,
  createMachine,
  createPeerLookup,
  createPorts,
  createProcessControl,
  createProcessDetail,
  createProcessTable,
  createServices,
  createSessions,
  createStartup,
  ownRights,
} from '@taskmanager/platform'
import { checkChild } from './check-child.ts'
import { checkCaller } from './check-caller.ts'
import { checkDetails } from './check-details.ts'
import { checkLists } from './check-lists.ts'
import { checkMachine } from './check-machine.ts'
import { checkProcesses } from './check-processes.ts'
import { checkVersions } from './check-versions.ts'
import { section, wrong, type Finding, type Section } from './report.ts'

/** Every check, one after the other, each with providers of its own. */
export async function checkAll({ intervalMs = 1000 } = {}): Promise<Section[]> {
  const elevated = ownRights().control
  return [
    await section('Versions', async () => checkVersions(elevated)),
    await section('Machine', async () => {
      const failures: Finding[] = []
      const machine = await createMachine(undefined, {
        onError: (source, error) => failures.push(wrong(`source "${source}"`, String(error))),
      })
      try {
        return [...(await checkMachine(machine, intervalMs)), ...failures]
      } finally {
        await machine.close()
      }
    }),
    await section('Processes', async () => {
      const table = await createProcessTable()
      try {
        return await checkProcesses(table, intervalMs)
      } finally {
        table.close()
      }
    }),
    await section('A program of our own: started, suspended, resumed, slowed, ended', async () => {
      const table = await createProcessTable()
      try {
        return await checkChild(table, await createProcessControl())
      } finally {
        table.close()
      }
    }),
    await section('This process looked at closer, and a port of it', async () =>
      checkDetails({
        details: await createProcessDetail(),
        ports: await createPorts(),
        figures: await createFigures(),
        services: await createServices(),
      }),
    ),
    await section('A connection of our own', async () =>
      checkCaller(createPeerLookup({ ownerUid: process.getuid?.() ?? null })),
    ),
    await section('Services, startup, users', async () =>
      checkLists({
        services: await createServices(),
        startup: await createStartup({ elevated, ownerUid: process.getuid?.() ?? null }),
        sessions: await createSessions(),
      }),
    ),
  ]
}
