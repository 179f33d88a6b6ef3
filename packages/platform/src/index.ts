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
export type { GpuProcessSample, GpuSample, GpuSource } from './gpu/gpu.ts'
export { createMachine, type MachineWorld } from './create-machine.ts'
export * from './control/process-control.ts'
export { createProcessControl } from './control/create-process-control.ts'
export type { DetailResult, ProcessDetailProvider } from './detail/process-detail.ts'
export { createProcessDetail } from './detail/create-process-detail.ts'
export * from './figures/figures-provider.ts'
export { createFigures } from './figures/create-figures.ts'
export type { PortsProvider } from './ports/ports-provider.ts'
export { ownUserName } from './own-user.ts'
export { ownRights, type Rights } from './linux/rights.ts'
export { createPorts } from './ports/create-ports.ts'
export * from './services/services-provider.ts'
export { createServices } from './services/create-services.ts'
export { SystemdServices } from './services/systemd-services.ts'
