import { startCrowd } from '../crowd.ts'
import { nodeProgram, serviceFlags } from '../opponents/node-program.ts'
import { lineOpponent, V8_WARM_UP } from '../opponents/opponent.ts'
import { pythonProgram } from '../opponents/python.ts'
import { median } from '../measure.ts'
import { ms, times } from '../report/figures.ts'
import { budget, type Budget, type PartResult, type Table } from '../report/part-result.ts'
import { cpuRatio, medianOf, takeTurns, type Measured, type Rounds } from '../rounds.ts'
import type { PartContext } from './context.ts'

const ours = lineOpponent({
  name: 'ours: sample and readings',
  find: async () => nodeProgram('our-machine.ts', ['tick'], null, serviceFlags()),
  warmUp: V8_WARM_UP,
})
const oursAllIn = lineOpponent({
  name: 'ours, with all that goes on beside the tick',
  find: async () => nodeProgram('our-machine.ts', ['all-in'], null, serviceFlags()),
  warmUp: V8_WARM_UP,
})
const psutil = lineOpponent({
  name: 'psutil, the prototype v1',
  find: () => pythonProgram('psutil_loops.py', ['machine'], ['psutil']),
})
const systeminformation = lineOpponent({
  name: 'systeminformation, six calls',
  find: async () => nodeProgram('node-packages.ts', ['machine'], null),
})

const OPPONENTS = [ours, oursAllIn, psutil, systeminformation]
const ROUNDS: Rounds = { least: 2, most: 3, forMs: 15_000, sweeps: 3, everyMs: 1000 }
const QUICK: Rounds = { least: 1, most: 1, forMs: 0, sweeps: 1, everyMs: 600 }
const MANY = { whole: 3000, quick: 300 }
const MOST_MS = 1

/** What one tick of the figures of the machine costs. */
export async function machinePart({ options, say }: PartContext): Promise<PartResult> {
  const tables: Table[] = []
  const budgets: Budget[] = []
  for (const wanted of [null, options.quick ? MANY.quick : MANY.whole]) {
    await using crowd = await startCrowd(wanted)
    say(`figures of the machine at ${crowd.processes} processes`)
    const measured = await takeTurns(OPPONENTS, options.quick ? QUICK : ROUNDS)
    const mine = measured.find(({ name }) => name === ours.name)
    tables.push({
      caption: `${crowd.processes} processes`,
      head: ['who', 'CPU', 'wall', 'CPU against ours', ''],
      rows: measured.map((each) => rowOf(each, mine)),
      notes: crowd.shortOf === null ? [] : [`Asked for ${wanted}: ${crowd.shortOf}.`],
    })
    const value = median(mine?.costs.map(({ cpuMs }) => cpuMs) ?? [])
    budgets.push(
      budget(`one tick of the machine at ${crowd.processes} processes`, `<= ${MOST_MS} ms of CPU`, {
        text: ms(value),
        value,
        keeps: (cpuMs) => cpuMs <= MOST_MS,
      }),
    )
  }
  return { title: 'One tick of the machine', about: ABOUT, tables, budgets }
}

const ABOUT = `CPU, memory, disks, file systems, networks, pressure: what \`GET /api/stats\` tells, a second apart, in turns. Ours reads what is slow
(sizes of file systems, sensors, frequencies) beside the tick, every few seconds; the row with all that goes on counts everything its process
does from one tick to the next. systeminformation is asked for currentLoad, mem, fsSize, disksIO, fsStats and networkStats.`

function rowOf(each: Measured, mine: Measured | undefined): string[] {
  const { name, costs, failure } = each
  if (costs.length === 0) return [name, '–', '–', '–', failure ?? '']
  const ratio = each === mine ? '1' : times(cpuRatio(each, mine))
  return [name, ms(medianOf(each, 'cpuMs')), ms(medianOf(each, 'wallMs')), ratio, failure ?? '']
}
