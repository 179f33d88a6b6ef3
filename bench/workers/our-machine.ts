// One tick of the stats service's machine per line of standard input: the sample and what two samples tell. With `all-in`
// the cost is all that this process has used since the tick before, slow sources beside the tick included.
import { readMachine, type MachineReading } from '@taskmanager/metrics'
import { createMachine } from '@taskmanager/platform'
import { answerLines } from './answer-lines.ts'
import { measured } from './measured.ts'

const isAllIn = process.argv[2] === 'all-in'
const machine = await createMachine()
let previous: MachineReading | undefined
let usedBefore = process.cpuUsage()

async function tick(): Promise<number> {
  previous = readMachine(await machine.sample(), { askedMs: 1000, previous })
  return 1
}

await answerLines(async () => {
  const cost = await measured(tick)
  if (!isAllIn) return cost
  const { user, system } = process.cpuUsage(usedBefore)
  usedBefore = process.cpuUsage()
  return { ...cost, cpuMs: (user + system) / 1000 }
})
await machine.close()
