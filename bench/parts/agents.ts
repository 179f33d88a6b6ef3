import { startCrowd } from '../crowd.ts'
import { glances, nodeExporter, ourAgent, type Agent } from '../opponents/agents.ts'
import { bytes, ms, times } from '../report/figures.ts'
import type { PartResult } from '../report/part-result.ts'
import { cpuRatio, medianOf, takeTurns, type Measured, type Rounds } from '../rounds.ts'
import { ServicePlace, startServices } from '../services.ts'
import { USUAL_PROCESSES, type PartContext } from './context.ts'

const ROUNDS: Rounds = { least: 3, most: 4, forMs: 60_000, sweeps: 4, everyMs: 1000 }
const QUICK: Rounds = { least: 1, most: 1, forMs: 0, sweeps: 2, everyMs: 1000 }

/** What it costs to be asked for the whole machine once a second, beside others who are asked for it over HTTP. */
export async function agentsPart({ options, say }: PartContext): Promise<PartResult> {
  await using crowd = await startCrowd(USUAL_PROCESSES)
  using place = new ServicePlace()
  await using services = await startServices(place)
  say('agents that are asked over HTTP')
  const agents: Agent[] = [
    ourAgent('ours: /api/stats', services, [['stats', '/api/stats']]),
    ourAgent('ours: /metrics of stats', services, [['stats', '/metrics']]),
    ourAgent('ours: /api/stats and /api/processes', services, [
      ['stats', '/api/stats'],
      ['accuracy', '/api/processes'],
    ]),
    nodeExporter(),
    glances(),
  ]
  const measured = await takeTurns(agents, options.quick ? QUICK : ROUNDS)
  return {
    title: `Asked once a second over HTTP at ${crowd.processes} processes`,
    about: ABOUT,
    tables: [
      {
        caption: 'CPU of the whole program from one answer to the next',
        head: ['who', 'CPU', 'answer after', 'CPU against /api/stats', 'size', 'memory (PSS)', ''],
        rows: measured.map((each, at) => rowOf(each, agents[at], measured[0])),
        notes: [
          'node_exporter tells of no process, Glances and the third row of all.',
          'Each of ours has the tick of its service in it, whoever asks; a second asker adds only the answer.',
        ],
      },
    ],
    budgets: [],
  }
}

const ABOUT = `Everybody is kept alive and asked for everything it tells, a second apart, in turns; CPU by the clocks of its process, its own
reading beside the answers with it. node_exporter reads anew for each answer, Glances when its last reading is a second old, ours in its tick.`

function rowOf(each: Measured, agent: Agent | undefined, mine: Measured | undefined): string[] {
  const { name, costs, failure } = each
  if (costs.length === 0 || agent === undefined)
    return [name, '–', '–', '–', '–', '–', failure ?? '']
  const ratio = each === mine ? '1' : times(cpuRatio(each, mine))
  const { answerBytes, pssBytes } = agent.facts
  return [
    name,
    ms(medianOf(each, 'cpuMs')),
    ms(medianOf(each, 'wallMs')),
    ratio,
    bytes(answerBytes),
    bytes(pssBytes),
    failure ?? '',
  ]
}
