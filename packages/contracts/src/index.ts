export * from './words.ts'
export * from './errors.ts'
export {
  ErrorBody,
  Health,
  HealthQuery,
  LaunchCode,
  LaunchCodeRequest,
  OwnCost,
  ProcessIdentity,
  Session,
  SessionRequest,
  SessionScope,
  StreamRequest,
  UnknownMap,
} from './common.ts'
export {
  Accounting,
  APP_COLUMNS,
  AppList,
  AppRow,
  ListCapabilities,
  PROCESS_COLUMNS,
  ProcessDeltaFrame,
  ProcessExit,
  ProcessList,
  ProcessQuery,
  ProcessRow,
  ProcessSnapshotFrame,
  ProcessTotals,
} from './processes.ts'
export type {
  AppField,
  AppListBody,
  ProcessField,
  ProcessFrame,
  ProcessListBody,
  TableDelta,
  TableSnapshot,
} from './processes.ts'
export {
  CpuStats,
  DiskStats,
  FilesystemStats,
  GpuStats,
  MemoryStats,
  NetworkStats,
  Power,
  Pressure,
  Sensor,
  SystemStats,
} from './stats.ts'
export type { CpuModes } from './stats.ts'
export { SystemInfo } from './system.ts'
export type { Capability } from './system.ts'
export {
  BlastRadius,
  INFO_SECTIONS,
  InfoQuery,
  OpenFile,
  ProcessInfo,
  ProcessRef,
  SocketInfo,
  ThreadInfo,
} from './process-info.ts'
export type { InfoSection } from './process-info.ts'
export { ACTION_RESULTS, ActionList, ActionsQuery, LoggedAction } from './actions.ts'
export { DriveHealthList, type DriveHealth, type DriveVerdict } from './drive-health.ts'
export { NetworkUse } from './network-use.ts'
export { Container, ContainerList } from './containers.ts'
export type { ContainerEngine, ContainerState } from './containers.ts'
export { SessionList, type UserSession } from './sessions.ts'
export { FiguresQuery, ProcessFigures } from './process-figures.ts'
export type { AskedFigures } from './process-figures.ts'
export { PortList, PortSocket } from './ports.ts'
export {
  SERVICE_ACTIONS,
  SERVICE_RESULTS,
  SERVICE_STATES,
  ServiceList,
  ServiceOutcome,
  ServiceRequest,
  ServiceUnit,
} from './services.ts'
export type { ServiceAction, ServiceResult, ServiceScope } from './services.ts'
export {
  STARTUP_ACTIONS,
  StartupItem,
  StartupList,
  StartupOutcome,
  StartupRequest,
} from './startup.ts'
export type { StartupAction, StartupResult, StartupState } from './startup.ts'
export {
  AffinityRequest,
  AppCloseAnswer,
  AppCloseRequest,
  AppSuspendRequest,
  CONTROL_RESULTS,
  ControlOutcome,
  EfficiencyRequest,
  IoPriorityRequest,
  KillRequest,
  PidParams,
  PriorityRequest,
  ResumeRequest,
  SuspendRequest,
} from './control.ts'
export type { ControlResult } from './control.ts'
export { LogLine, ServiceLog, ServiceLogQuery } from './service-log.ts'
