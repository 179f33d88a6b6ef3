import path from 'node:path'
import type { BlastRadius, ServiceScope } from '@taskmanager/contracts'
import type { ReadResult } from '../../read-result.ts'
import {
  dictionaryIn,
  flagIn,
  isDictionary,
  textIn,
  type PropertyDictionary,
} from '../property-lists/property-value.ts'
import { JOB_DIRECTORIES, readJobFile } from '../startup/job-files.ts'
import { parseJob } from './parse-job.ts'
import { serviceManagement, type ServiceManagement } from './service-management.ts'

type RestartedBy = NonNullable<BlastRadius['restarted_by']>

export interface JobRestartsWorld {
  /** null: this macOS does not have the call. */
  management: ServiceManagement | null
  /** Effective user of this service: whose jobs are listed beside those of the machine. 0: no one's. */
  ownUid: number
  /** Where descriptions of jobs lie, the most important first. */
  directories: Readonly<Record<ServiceScope, readonly string[]>>
}

/** What may be the process of a job. */
interface JobProcess {
  pid: number
  ppid: number
  ruid: number
  startMicros: number
}

type Answer = ReadResult<RestartedBy | null>

const LAUNCHD = 1
const NOTHING = { kind: 'ok', value: null } as const

/** Whether launchd starts a process again when it is ended. Source: launchd.plist(5). */
export class JobRestarts {
  readonly #world: JobRestartsWorld
  /** What is looked at is asked for again and again, and a job keeps its condition for as long as its process lives. */
  #last: { key: string; answer: Answer } | null = null

  constructor(world: JobRestartsWorld) {
    this.#world = world
  }

  /** The job of that process and its condition; null: it is no job, or its job is not kept running. */
  async of(process: JobProcess): Promise<Answer> {
    // Processes of jobs are its children; what they start themselves is no job.
    if (process.ppid !== LAUNCHD) return NOTHING
    const key = `${process.pid} ${process.startMicros}`
    if (this.#last?.key === key) return this.#last.answer
    const answer = await this.#ask(process)
    if (answer.kind === 'ok') this.#last = { key, answer }
    return answer
  }

  async #ask({ pid, ruid }: JobProcess): Promise<Answer> {
    const { management, ownUid } = this.#world
    if (management === null) return { kind: 'unsupported' }
    const hasSession = ownUid !== 0
    for (const scope of hasSession ? (['system', 'user'] as const) : (['system'] as const)) {
      const jobs = await management.jobs(scope)
      if (jobs === null) return { kind: 'failed' }
      const dictionary = jobs.find((each) => parseJob(each)?.pid === pid)
      if (dictionary !== undefined) return this.#restartsOf(scope, dictionary)
    }
    const isOfOther = ruid !== 0 && (ruid !== ownUid || !hasSession)
    return isOfOther ? { kind: 'denied' } : NOTHING
  }

  async #restartsOf(scope: ServiceScope, dictionary: PropertyDictionary): Promise<Answer> {
    const job = parseJob(dictionary)
    if (job === null) return NOTHING
    const told = dictionary.has('KeepAlive') ? dictionary : await this.#fileOf(scope, dictionary)
    const conditions = told === null ? null : dictionaryIn(told, 'KeepAlive')
    if (conditions !== null) return keptBy(job.label, conditions)
    // Of its own it says the plain form alone: on demand is also what is kept running on conditions.
    const isKept =
      told === dictionary || job.isOnDemand === null
        ? told && flagIn(told, 'KeepAlive')
        : !job.isOnDemand
    if (isKept === true) return { kind: 'ok', value: restartedBy(job.label, null) }
    return told === null ? { kind: 'unsupported' } : NOTHING
  }

  /** The description of a job, in a file of its name; null: it lies elsewhere, as in an app. */
  async #fileOf(scope: ServiceScope, job: PropertyDictionary): Promise<PropertyDictionary | null> {
    const label = textIn(job, 'Label')
    if (label === null || path.basename(label) !== label) return null
    for (const directory of this.#world.directories[scope]) {
      const file = await readJobFile(path.join(directory, `${label}.plist`))
      if (isDictionary(file) && textIn(file, 'Label') === label) return file
    }
    return null
  }
}

/**
 * One condition is enough. SIGTERM and SIGKILL end a process without success, and are not among the signals of a crash.
 * The other conditions (a path, another job) are of the moment and not looked at.
 */
function keptBy(label: string, conditions: PropertyDictionary): Answer {
  for (const name of ['SuccessfulExit', 'Crashed']) {
    if (flagIn(conditions, name) === false)
      return { kind: 'ok', value: restartedBy(label, `${name}=false`) }
  }
  const hasOthers = Array.from(conditions.keys()).some((name) => OF_THE_MOMENT.has(name))
  return hasOthers ? { kind: 'unsupported' } : NOTHING
}

const OF_THE_MOMENT = new Set(['PathState', 'OtherJobEnabled'])

const restartedBy = (unit: string, policy: string | null): RestartedBy => ({
  manager: 'launchd',
  unit,
  policy,
  delay_ms: null,
})

/** This Mac. */
export function createJobRestarts(ownUid: number): JobRestarts {
  const { ownAgents, agents, daemons, appleAgents, appleDaemons } = JOB_DIRECTORIES
  return new JobRestarts({
    management: serviceManagement(),
    ownUid,
    directories: { system: [daemons, appleDaemons], user: [ownAgents, agents, appleAgents] },
  })
}
