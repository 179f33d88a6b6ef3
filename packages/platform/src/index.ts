export * from './options.ts'
export * from './read-result.ts'
export { koffiOrNull } from './ffi.ts'
export {
  createPeerLookup,
  type PeerConnection,
  type PeerLookup,
  type PeerRelation,
} from './peer/peer.ts'
export * from './process-table.ts'
export { createProcessTable } from './create-process-table.ts'
export { readDesktopEntries, type DesktopEntry } from './linux/desktop-entries.ts'
export * from './machine.ts'
export * from './machine-info.ts'
export type { DriveComplaint, DriveFacts, DriveHealth } from './drives/drive-health.ts'
export type { GpuProcessSample, GpuSample, GpuSource } from './gpu/gpu.ts'
export { createMachine, type MachineWorld } from './create-machine.ts'
export * from './control/process-control.ts'
export { createProcessControl } from './control/create-process-control.ts'
export type { DetailResult, ProcessDetailProvider } from './detail/process-detail.ts'
export { createProcessDetail } from './detail/create-process-detail.ts'
export * from './figures/figures-provider.ts'
export { createFigures } from './figures/create-figures.ts'
export * from './network/network-use-provider.ts'
export { createNetworkUse } from './network/create-network-use.ts'
export type { SessionsProvider } from './sessions/sessions-provider.ts'
export { createSessions } from './sessions/create-sessions.ts'
export type { PortsProvider } from './ports/ports-provider.ts'
export { ownUserName } from './own-user.ts'
export { ownRights, type Rights } from './linux/rights.ts'
export { createPorts } from './ports/create-ports.ts'
export * from './services/services-provider.ts'
export { createServices } from './services/create-services.ts'
export { SystemdServices } from './services/systemd-services.ts'
export * from './startup/startup-provider.ts'
export { createStartup } from './startup/create-startup.ts'
export { LinuxStartup, type StartupWorld } from './startup/linux-startup.ts'
export * from './containers/containers-provider.ts'
export { createContainerRecords, createContainers } from './containers/create-containers.ts'
export {
  ContainerRecords,
  type EngineFiles,
  type SeenContainer,
} from './containers/container-records.ts'
export { LinuxContainers } from './containers/linux-containers.ts'
export { containerOfPath } from './linux/container-path.ts'
