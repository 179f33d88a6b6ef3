import { AppSeries, desktopNames } from '@taskmanager/metrics'
import {
  readDesktopEntries,
  type ContainerRecords,
  type ProcessTableProvider,
} from '@taskmanager/platform'
import {
  addStream,
  createService,
  OwnCostMeter,
  StreamHub,
  type PeerLookup,
  type Service,
  type ServiceConfig,
  type ServiceOptions,
} from '@taskmanager/service-kit'
import { Answers } from './answers.ts'
import { Lists } from './lists.ts'
import { addApps } from './routes/apps.ts'
import { addMetrics } from './routes/metrics.ts'
import { addProcesses } from './routes/processes.ts'
import { Sampler } from './sampler.ts'

export interface AppDeps {
  config: ServiceConfig
  peers: PeerLookup
  /** What lets others into the run directory; by default its mode says it all. */
  directoryFault?: ServiceOptions['directoryFault']
  provider: ProcessTableProvider
  /** What engines call their containers; null or left out: ids are shown. */
  containers?: ContainerRecords | null
  /** Where log lines go; stdout by default. */
  logTo?: ServiceOptions['logTo']
}

/** The accuracy service: process list and app list, as answers and as a stream. Not listening and not sampling yet. */
export async function buildApp(deps: AppDeps): Promise<{ service: Service; sampler: Sampler }> {
  const { config, peers, provider, containers = null } = deps
  const service = await createService({
    config,
    peers,
    directoryFault: deps.directoryFault ?? null,
    ...(deps.logTo === undefined ? {} : { logTo: deps.logTo }),
  })
  const lists = new Lists(desktopNames(readDesktopEntries()), containers ?? undefined)
  const series = new AppSeries()
  const hub = new StreamHub({ onDemand: () => sampler.adapt() })
  const sampler = new Sampler({
    provider,
    lists,
    series,
    containers,
    hub,
    ownCost: new OwnCostMeter(),
    logOnce: service.logOnce,
  })
  const answers = new Answers(lists, sampler, hub)
  addProcesses(service, answers)
  addApps(service, answers)
  addMetrics(service, series)
  addStream(service, '/api/processes/stream', hub)
  return { service, sampler }
}
