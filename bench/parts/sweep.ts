import { countBirths } from '../births.ts'
import { startCrowd, type Crowd } from '../crowd.ts'
import { pidusage, systeminformation } from '../opponents/node-packages.ts'
import { bareFloor, floor } from '../opponents/floor.ts'
import { ours, oursFramed, oursWithoutPss } from '../opponents/ours.ts'
import { ps, top } from '../opponents/commands.ts'
import { psutilV1, psutilV2 } from '../opponents/psutil.ts'
import { rustSysinfo } from '../opponents/rust-sysinfo.ts'
import { htop } from '../opponents/terminal.ts'
import { takeTurns, type Rounds } from '../rounds.ts'
import { digits } from '../report/figures.ts'
import type { Budget, PartResult, Table } from '../report/part-result.ts'
import type { PartContext } from './context.ts'
import { sweepBudgets, sweepRows, type SweepResult } from './sweep-rows.ts'

/** The floor beside ours, since that ratio is the finest. */
const OPPONENTS = [
  floor,
  ours,
  bareFloor,
  oursWithoutPss,
  oursFramed,
  psutilV1,
  psutilV2,
  ps,
  top,
  pidusage,
  rustSysinfo,
  systeminformation,
]
const ROUNDS: Rounds = { least: 2, most: 3, forMs: 90_000, sweeps: 3, everyMs: 1000 }
const QUICK: Rounds = { least: 1, most: 1, forMs: 0, sweeps: 1, everyMs: 600 }
const HTOP_SECONDS = { whole: 6, quick: 2 }

/** What one look at all processes costs, by everybody who can, from few processes to many. */
export async function sweepPart({ options, say }: PartContext): Promise<PartResult> {
  const tables: Table[] = []
  const budgets: Budget[] = []
  for (const wanted of [null, ...options.sizes]) {
    await using crowd = await startCrowd(wanted)
    say(`sweep at ${crowd.processes} processes`)
    const births = countBirths()
    const measured = await takeTurns(OPPONENTS, options.quick ? QUICK : ROUNDS)
    const birthsPerSecond = births.perSecond()
    const result: SweepResult = {
      processes: crowd.processes,
      measured,
      watched: await watchHtop(options.quick ? HTOP_SECONDS.quick : HTOP_SECONDS.whole),
    }
    tables.push({
      caption: titleOf(wanted, crowd),
      head: ['who', 'CPU', 'wall', 'CPU against ours', 'rounds', ''],
      rows: sweepRows(result),
      notes: [
        ...(crowd.shortOf === null ? [] : [`Asked for ${wanted}: ${crowd.shortOf}.`]),
        `${digits(birthsPerSecond)} processes and threads a second began meanwhile, those of the programs here with them.`,
      ],
    })
    if (wanted !== null && crowd.shortOf === null) budgets.push(...sweepBudgets(wanted, result))
  }
  return { title: 'One sweep over all processes', about: ABOUT, tables, budgets }
}

const ABOUT = `CPU time is user and system together, child processes included; medians of sweeps that begin a second apart, as a monitor works.
In a round everybody has a turn of four such sweeps, the first of which does not count; ratios are medians over the sweeps of the
rounds. What ours does more seldom is in no median: it lists \`/proc\` whole every 10 sweeps and asks for new pids otherwise, and reads
the facts of a running process anew after 300. The parts on the heap and on both services have all of it in their means. Commands of one
shot are started anew for each sweep, all others live from sweep to sweep. PSS readings are what ours and the floor do beyond all others:
half a millisecond per sweep on average.`

const titleOf = (wanted: number | null, crowd: Crowd): string =>
  wanted === null
    ? `The machine as it is: ${crowd.processes} processes`
    : `${crowd.processes} processes`

async function watchHtop(seconds: number): Promise<SweepResult['watched']> {
  try {
    return { name: htop.name, ...(await htop.watch(seconds)) }
  } catch (error) {
    return { name: htop.name, missing: error instanceof Error ? error.message : String(error) }
  }
}
