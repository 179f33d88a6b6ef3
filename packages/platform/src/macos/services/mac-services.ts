import type { ServiceScope, ServiceUnit } from '@taskmanager/contracts'
import type {
  ServiceOrder,
  ServiceReport,
  ServicesProvider,
  ServicesReading,
} from '../../services/services-provider.ts'
import { cleanName, cut } from '../../text/clean.ts'
import { flagIn, textIn, type PropertyDictionary } from '../property-lists/property-value.ts'
import {
  JOB_DIRECTORIES,
  JOB_SWITCHES,
  readJobFiles,
  readJobSwitches,
} from '../startup/job-files.ts'
import { commandOf, runsByClock, startsAtOnce } from '../startup/launch-job.ts'
import { parseJob, type LaunchdJob } from './parse-job.ts'
import { serviceManagement, type ServiceManagement } from './service-management.ts'

interface JobPlaces {
  /** Jobs of Apple: which of them are loaded is the system's business, so their files only describe. */
  apple: readonly string[]
  /** Jobs that were installed: listed whether launchd has them or not. */
  installed: readonly string[]
  /** File with what was switched apart from those of the jobs. */
  switches: string
}

export interface MacServicesWorld {
  /** null: this macOS does not have the call. */
  management: ServiceManagement | null
  /** Root has no session of its own beside the machine. */
  isRoot: boolean
  places: Readonly<Record<ServiceScope, JobPlaces>>
  nowMs: () => number
}

const FIXED =
  'Services of macOS are only shown here. launchctl(1) in a terminal starts and stops them.'
const NO_CALL =
  'this macOS lists them to no program (SMCopyAllJobDictionaries of ServiceManagement is not there)'
const NOT_TOLD = 'launchd does not list them (SMCopyAllJobDictionaries answers nothing)'
const ROOT = 'this service runs as root, whose jobs are those of the machine'

/** The jobs of launchd, of the machine and of the user: no program is started, and nothing is changed. */
export class MacServices implements ServicesProvider {
  readonly manager = 'launchd'
  readonly fixed = FIXED
  readonly unavailable: string | null
  readonly #world: MacServicesWorld
  /** They lie on a volume that only an update changes, which ends with a restart. */
  readonly #ofApple = new Map<ServiceScope, Promise<ReadonlyMap<string, JobDescription>>>()

  constructor(world: MacServicesWorld) {
    this.#world = world
    this.unavailable = world.management === null ? sentence(NO_CALL) : null
  }

  logOf({ name }: Pick<ServiceOrder, 'name'>): string {
    return `Console.app, search for ${cleanName(name)}`
  }

  async list(): Promise<ServicesReading> {
    // One behind the other: whether the call may be made twice at once is said nowhere.
    const system = await this.#listOf('system')
    const user = await this.#listOf('user')
    return {
      services: [...system.services, ...user.services],
      missing: { system: system.missing, user: user.missing },
    }
  }

  async act({ scope, name, expiresAtMs }: ServiceOrder): Promise<ServiceReport> {
    const told = { reason: null, state: null, starts: null }
    if (expiresAtMs !== undefined && this.#world.nowMs() > expiresAtMs)
      return { ...told, result: 'expired' }
    const { services } = await this.#listOf(scope)
    const service = services.find((each) => each.name === name)
    if (service === undefined) return { ...told, result: 'gone' }
    const { state, starts } = service
    return { result: 'protected', reason: FIXED, state, starts }
  }

  async #listOf(scope: ServiceScope): Promise<{ services: ServiceUnit[]; missing: string | null }> {
    const { management, isRoot, places } = this.#world
    if (management === null) return { services: [], missing: NO_CALL }
    if (isRoot && scope === 'user') return { services: [], missing: ROOT }
    const dictionaries = await management.jobs(scope)
    if (dictionaries === null) return { services: [], missing: NOT_TOLD }
    const [installed, switches, ofApple] = await Promise.all([
      readDescriptions(places[scope].installed),
      readJobSwitches(places[scope].switches),
      this.#appleDescriptions(scope),
    ])
    const units = new Map<string, ServiceUnit>()
    for (const dictionary of dictionaries) {
      const job = parseJob(dictionary)
      if (job === null) continue
      const known = installed.get(job.label) ?? ofApple.get(job.label) ?? null
      const isOff = switches.get(job.label) === true
      units.set(job.label, presentLoaded(scope, { job, dictionary, known, isOff }))
    }
    for (const [label, known] of installed) {
      if (!units.has(label))
        units.set(label, presentInstalled(scope, label, known, switches.get(label) ?? known.isOff))
    }
    return { services: Array.from(units.values()), missing: null }
  }

  #appleDescriptions(scope: ServiceScope): Promise<ReadonlyMap<string, JobDescription>> {
    const read = this.#ofApple.get(scope) ?? readDescriptions(this.#world.places[scope].apple)
    this.#ofApple.set(scope, read)
    return read
  }
}

/** What the file of a job says, and launchd does not. */
interface JobDescription {
  text: string | null
  starts: string
  /** By its file; what was switched apart from it counts more. */
  isOff: boolean
}

/** By label. A file that is no description of a job is left out here: Startup says what is wrong with it. */
async function readDescriptions(
  directories: readonly string[],
): Promise<ReadonlyMap<string, JobDescription>> {
  const lists = await Promise.all(directories.map(readJobFiles))
  const found = new Map<string, JobDescription>()
  for (const { job } of lists.flat()) {
    const label = typeof job === 'string' ? null : textIn(job, 'Label')
    if (typeof job === 'string' || label === null) continue
    found.set(cleanName(label), {
      text: descriptionOf(job),
      starts: startsOf(job),
      isOff: flagIn(job, 'Disabled') === true,
    })
  }
  return found
}

const MOST_DESCRIPTION = 255

/** Few jobs have one; what they run says the most of the others. */
function descriptionOf(job: PropertyDictionary): string | null {
  const text = textIn(job, 'ServiceDescription') ?? commandOf(job)
  return text === null ? null : cut(text, MOST_DESCRIPTION)
}

function startsOf(job: PropertyDictionary): string {
  if (startsAtOnce(job)) return 'enabled'
  return runsByClock(job) ? 'scheduled' : 'static'
}

interface LoadedJob {
  job: LaunchdJob
  dictionary: PropertyDictionary
  /** null: its file lies elsewhere, as in an app. */
  known: JobDescription | null
  /** It is not to be loaded the next time. */
  isOff: boolean
}

function presentLoaded(
  scope: ServiceScope,
  { job, dictionary, known, isOff }: LoadedJob,
): ServiceUnit {
  // Kept running is said by launchd itself; at what else it starts by the file alone.
  const starts = known?.starts ?? (job.isOnDemand === false ? 'enabled' : null)
  return {
    ...named(scope, job.label),
    description: known?.text ?? descriptionOf(dictionary),
    ...stateOf(job),
    starts: isOff ? 'masked' : starts,
    pid: job.pid,
  }
}

const presentInstalled = (
  scope: ServiceScope,
  label: string,
  known: JobDescription,
  isOff: boolean,
): ServiceUnit => ({
  ...named(scope, label),
  description: known.text,
  state: 'inactive',
  sub_state: 'not loaded',
  starts: isOff ? 'masked' : known.starts,
  pid: null,
})

/** Nothing is stopped here, so nothing is critical to stop. */
const named = (scope: ServiceScope, label: string) => ({
  scope,
  name: label,
  unit: label,
  critical: false,
})

/** launchd itself ends what is idle (SIGKILL) and what is to go (SIGTERM): no failure. Source: launchd.plist(5). */
const USUAL_SIGNALS = new Set([9, 15])

/** Source: wait(2) of the last exit. */
function stateOf({
  pid,
  lastExit,
  isOnDemand,
}: LaunchdJob): Pick<ServiceUnit, 'state' | 'sub_state'> {
  if (pid !== null) return { state: 'active', sub_state: 'running' }
  const signal = (lastExit ?? 0) & 0x7f
  const code = (lastExit ?? 0) >> 8
  if (signal !== 0) {
    return USUAL_SIGNALS.has(signal)
      ? { state: 'inactive', sub_state: `ended by signal ${signal}` }
      : { state: 'failed', sub_state: `ended by signal ${signal}` }
  }
  if (code !== 0) return { state: 'failed', sub_state: `exit code ${code}` }
  return { state: 'inactive', sub_state: isOnDemand === true ? 'when something asks for it' : null }
}

const sentence = (words: string): string => `Services are not listed: ${words}.`

/** This Mac. */
export function createMacServices(): MacServices {
  const uid = process.geteuid?.() ?? 0
  const { ownAgents, agents, daemons, appleAgents, appleDaemons } = JOB_DIRECTORIES
  return new MacServices({
    management: serviceManagement(),
    isRoot: uid === 0,
    places: {
      system: { apple: [appleDaemons], installed: [daemons], switches: JOB_SWITCHES.ofMachine },
      user: {
        apple: [appleAgents],
        installed: [agents, ownAgents],
        switches: JOB_SWITCHES.ofUser(uid),
      },
    },
    nowMs: Date.now,
  })
}
