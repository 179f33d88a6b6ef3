import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sweepCalls } from '../../../packages/platform/src/linux/libc.ts'
import { compile, HAS_COMPILER } from '../compiled.ts'
import { LIGHT_LOADS, ONE_CORE, startBurner, TWO_CORES, type Burner } from './loads.ts'
import { observeWithEngine, type Look, type OurReading } from './our-engine.ts'
import { monotonicMs, type WorkLog } from './work-log.ts'

const reason = !HAS_COMPILER
  ? 'no C compiler (cc) here'
  : sweepCalls() === null
    ? 'no CPU clocks here (another system, or no FFI)'
    : null
if (reason !== null) console.log(`Accuracy of CPU percentages is not tested: ${reason}.`)

const TICKS = 5
/** The budget up to 25 % load, in percent of one core; the book of a burner itself is good to 0.001. */
const BUDGET_PERCENT = 0.02

describe.skipIf(reason !== null)('CPU use of processes that keep their own book', () => {
  let folder = ''
  let program = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tmp-accuracy-'))
    program = compile(folder, 'accuracy/burner.c', '-pthread')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([
    { loads: LIGHT_LOADS, names: 'light loads together' },
    { loads: [ONE_CORE], names: ONE_CORE.name },
    { loads: [TWO_CORES], names: TWO_CORES.name },
  ])('$names: every reading is what the book says', async ({ loads }) => {
    await using burners = new AsyncDisposableStack()
    const started: Burner[] = []
    for (const load of loads) {
      started.push(burners.use(await startBurner(program, load, TICKS + 60)))
    }
    const readings = await observeWithEngine(
      started.map(({ pid }) => pid),
      TICKS,
    )
    const endMs = monotonicMs()
    for (const burner of started) {
      const log = await burner.logUntil(endMs)
      const ours = readings.get(burner.pid) ?? []
      expect(ours).toHaveLength(TICKS)
      const faults = ours.map((reading) => faultOf(reading, log, burner))
      expect(faults.filter((fault) => fault !== null)).toEqual([])
    }
  })
})

/**
 * The clock of a process read from outside tells what it had used at some instant of the kernel's last tick: exactly
 * now when it sleeps. How busy the machine is does not matter: where the reading itself was interrupted, only the kernel
 * knows at which moment between its two ends it was made.
 */
function faultOf(reading: OurReading, log: WorkLog, { kernelTickMs, load }: Burner): string | null {
  const { from, to, percentOfCore } = reading
  const least = (look: Look) => log.boundsAt(look.beforeMs - kernelTickMs).least
  const most = (look: Look) => log.boundsAt(look.atMs).most
  const percent = (cpuMs: number) => (100 * cpuMs) / (to.atMs - from.atMs)
  const lowest = percent(least(to) - most(from)) - BUDGET_PERCENT
  const highest = percent(most(to) - least(from)) + BUDGET_PERCENT
  if (percentOfCore > lowest && percentOfCore < highest) return null
  return `${load.name}: ${percentOfCore} % is not between ${lowest} and ${highest}`
}
