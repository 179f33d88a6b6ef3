import {
  ownRights,
  type ContainersProvider,
  type FiguresProvider,
  type MachineProvider,
  type NetworkUseProvider,
  type PortsProvider,
  type ProcessControl,
  type ProcessDetailProvider,
  type ServiceLogProvider,
  type ServicesProvider,
  type StartupProvider,
  type SessionsProvider,
} from '@taskmanager/platform'
import {
  addStream,
  createService,
  IDLE_INTERVAL_MS,
  OwnCostMeter,
  StreamHub,
  type PeerLookup,
  type Service,
  type ServiceConfig,
  type ServiceOptions,
} from '@taskmanager/service-kit'
import { AskedFiguresReader } from './asked-figures.ts'
import { auditEntry, AuditLog } from './audit.ts'
import { ContainersReader } from './containers-reader.ts'
import { LatestStats } from './latest-stats.ts'
import { NetworkUseReader } from './network-use-reader.ts'
import { PendingEnds } from './pending-ends.ts'
import { PendingFile } from './pending-file.ts'
import { presentOutcome } from './present/outcome.ts'
import { addActionsRoute } from './routes/actions.ts'
import { addContainers } from './routes/containers.ts'
import { addControl } from './routes/control.ts'
import { addDriveHealth } from './routes/drive-health.ts'
import { addMetrics } from './routes/metrics.ts'
import { addNetworkUse } from './routes/network-use.ts'
import { addPortsRoute } from './routes/ports.ts'
import { addProcessFigures } from './routes/process-figures.ts'
import { addProcessInfo } from './routes/process-info.ts'
import { addServiceLog } from './routes/service-log.ts'
import { addServices } from './routes/services.ts'
import { addStartup } from './routes/startup.ts'
import { addSessionsRoute } from './routes/sessions.ts'
import { addStatsRoute } from './routes/stats.ts'
import { addSystemRoute } from './routes/system.ts'
import { MachineSampler, type Tick } from './sampler.ts'

export interface AppDeps {
  config: ServiceConfig
  peers: PeerLookup
  /** What lets others into the run directory; by default its mode says it all. */
  directoryFault?: ServiceOptions['directoryFault']
  machine: MachineProvider
  control: ProcessControl
  /** null where this system has none. */
  details: ProcessDetailProvider | null
  /** null where this system has none. */
  ports: PortsProvider | null
  /** null where this system has none. */
  figures: FiguresProvider | null
  /** null where this system has none. */
  networkUse: NetworkUseProvider | null
  /** null where this system has none. */
  sessions: SessionsProvider | null
  /** null where this system has none. */
  containers: ContainersProvider | null
  /** null where this system has none. */
  services: ServicesProvider | null
  /** null where this system has none. */
  serviceLog: ServiceLogProvider | null
  /** null where this system has none. */
  startup: StartupProvider | null
  /** By default in the state directory of the user. */
  audit?: AuditLog
  /** Where log lines go; stdout by default. */
  logTo?: ServiceOptions['logTo']
  /** 5 by default. */
  controlsPerSecond?: number
  onTokenUse?: () => void
}

export interface App {
  service: Service
  sampler: MachineSampler
  /** Ends that can be taken back: `recover` before listening, `stop` before it ends. */
  pending: PendingEnds
  /** `writeRest` at the exit of the process. */
  audit: AuditLog
}

/** The stats service: the machine, its inventory, details of one process, control. Not listening and not sampling yet. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const { config, peers, machine, control, details, ports, figures, networkUse } = deps
  const { sessions, containers, services, serviceLog, startup, logTo } = deps
  const { audit = new AuditLog(), controlsPerSecond = 5, onTokenUse } = deps
  const service = await createService({
    config,
    peers,
    directoryFault: deps.directoryFault ?? null,
    controlsPerSecond,
    ...(logTo === undefined ? {} : { logTo }),
    ...(onTokenUse === undefined ? {} : { onTokenUse }),
  })
  const latest = new LatestStats()
  const hub = new StreamHub({ onDemand: (intervalMs) => sampler.setInterval(intervalMs) })
  const cost = new OwnCostMeter()
  const onTick = (tick: Tick) => {
    const ownCost = cost.read({
      cpuMs: rounded(tick.cpuMs),
      wallMs: rounded(tick.wallMs),
      logicalCpuCount: tick.reading.sample.cpu.cores.length,
    })
    const text = latest.set(tick.reading, tick.seq, ownCost)
    hub.publish({ snapshot: () => text, delta: null })
  }
  const onError = (error: unknown) =>
    service.logOnce.warn('machine sample', { err: error }, 'The machine could not be read.')
  const sampler = new MachineSampler({
    provider: machine,
    onTick,
    onError,
    intervalMs: IDLE_INTERVAL_MS,
  })

  addStatsRoute(service.app, { latest, hub })
  addDriveHealth(service.app, latest)
  addMetrics(service.app, latest)
  addSystemRoute(service.app, {
    provider: machine,
    startedAtMs: Date.now(),
    elevationEnded: config.elevationEnded,
    askedFields: figures?.fields ?? [],
    lists: {
      services: services === null ? false : (services.unavailable ?? true),
      service_control: services === null ? false : (services.fixed ?? true),
      startup: startup !== null,
      sessions: sessions !== null,
      containers: containers !== null,
      ports: ports !== null,
      process_details: details !== null,
    },
  })
  addProcessInfo(service.app, details)
  addPortsRoute(service.app, ports)
  addProcessFigures(service.app, figures === null ? null : new AskedFiguresReader(figures))
  addNetworkUse(service.app, networkUse === null ? null : new NetworkUseReader(networkUse))
  addSessionsRoute(service.app, sessions)
  addContainers(service.app, containers === null ? null : new ContainersReader(containers))
  const elevated = ownRights().control
  const pending = new PendingEnds({
    control,
    file: new PendingFile(config.runDir),
    onOutcome: (action, report, by) =>
      audit.write(auditEntry(action, report, presentOutcome(report, false), { ...by, elevated })),
    onError: (error) =>
      service.logOnce.warn('pending ends', { err: error }, 'An end with undo met an error.'),
  })
  addControl(service.app, { control, pending, audit, elevated })
  addServices(service.app, { services, audit, elevated })
  addServiceLog(service.app, serviceLog)
  addStartup(service.app, { startup, audit, elevated })
  addActionsRoute(service.app, audit)
  addStream(service, '/api/stats/stream', hub)
  return { service, sampler, pending, audit }
}

const rounded = (ms: number) => Math.round(ms * 1000) / 1000
