import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../scripts/launcher/toolchain.mjs'
import { machineFacts } from './machine-facts.ts'
import type { BenchOptions, PartName } from './options.ts'
import { agentsPart } from './parts/agents.ts'
import type { Part, PartContext } from './parts/context.ts'
import { heapPart } from './parts/heap.ts'
import { httpPart } from './parts/http.ts'
import { machinePart } from './parts/machine-tick.ts'
import { ownCostPart } from './parts/own-cost.ts'
import { streamPart } from './parts/stream.ts'
import { sweepPart } from './parts/sweep.ts'
import type { PartResult } from './report/part-result.ts'
import { renderReport } from './report/report.ts'

const PARTS: Record<PartName, Part> = {
  sweep: sweepPart,
  machine: machinePart,
  http: httpPart,
  agents: agentsPart,
  stream: streamPart,
  'own-cost': ownCostPart,
  heap: heapPart,
}

/** Measures the parts that are asked for, one after the other, prints the report or writes it where it belongs. @returns the exit code */
export async function bench(options: BenchOptions, command: string): Promise<number> {
  const startedAt = performance.now()
  const say = (what: string) => {
    console.error(`[bench] ${Math.round((performance.now() - startedAt) / 1000)} s: ${what} …`)
  }
  const facts = await machineFacts()
  const results: PartResult[] = []
  for (const name of options.parts) results.push(await runPart(name, { options, say }))
  const took = `${Math.round((performance.now() - startedAt) / 1000)} s`
  const text = renderReport({ command, facts: [...facts, ['took', took]], parts: results })
  if (options.out === null) console.log(text)
  else {
    writeFileSync(path.resolve(ROOT, options.out), text)
    console.log(`Written to ${options.out}.`)
  }
  return results.some(({ failed }) => failed === true) ? 1 : 0
}

/** A part that fails says so in the report, and the others are measured nevertheless. */
async function runPart(name: PartName, context: PartContext): Promise<PartResult> {
  try {
    return await PARTS[name](context)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    context.say(`the part ${name} failed: ${why}`)
    const about = `This part failed: ${why}`
    return { title: `Part ${name}`, about, tables: [], budgets: [], failed: true }
  }
}
