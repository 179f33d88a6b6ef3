import type { SystemInfo } from '@taskmanager/contracts'
import type { MachineInfo } from '@taskmanager/platform'

export interface ServiceFacts {
  startedAtMs: number
  pid: number
  elevationEnded: boolean
}

const ELEVATION_ENDED = 'Elevated mode ended, because no command was given for 15 minutes.'

export function presentSystem(info: MachineInfo, service: ServiceFacts): SystemInfo {
  const { cpu } = info
  return {
    hostname: info.hostname,
    os: info.os,
    boot_time_ms: info.bootTimeMs,
    boot_id: info.bootId,
    timezone: info.timezone,
    user: info.user,
    uid: info.uid,
    elevated: info.elevated,
    cpu: {
      model: cpu.model,
      vendor: cpu.vendor,
      sockets: cpu.sockets,
      cores: cpu.cores,
      threads: cpu.threads,
      base_mhz: cpu.baseMhz,
      max_mhz: cpu.maxMhz,
      l1_bytes: cpu.l1Bytes,
      l2_bytes: cpu.l2Bytes,
      l3_bytes: cpu.l3Bytes,
      governor: cpu.governor,
      driver: cpu.driver,
      virtualization: cpu.virtualization,
      numa_nodes: cpu.numaNodes,
      groups:
        cpu.groups?.map(({ socket, numaNode, kind, cpus }) => ({
          socket,
          numa_node: numaNode,
          kind,
          cpus,
        })) ?? null,
    },
    memory: {
      total_bytes: info.memory.totalBytes,
      modules: info.memory.modules.map((module) => ({
        slot: module.slot,
        size_bytes: module.sizeBytes,
        type: module.type,
        speed_mts: module.speedMts,
        manufacturer: module.manufacturer,
      })),
    },
    board: info.board,
    virtual_machine: info.virtualMachine,
    container: info.container,
    limits: { cpu_count: info.limits.cpuCount, memory_bytes: info.limits.memoryBytes },
    capabilities: service.elevationEnded ? afterElevation(info.capabilities) : info.capabilities,
    inventory: info.inventoryComplete ? 'complete' : 'collecting',
    started_at_ms: Math.round(service.startedAtMs),
    service_pid: service.pid,
  }
}

/** Why there is no elevation any more stands before how to have it. */
function afterElevation(capabilities: MachineInfo['capabilities']): MachineInfo['capabilities'] {
  const { elevation } = capabilities
  if (elevation === undefined || elevation.available) return capabilities
  const reason = [ELEVATION_ENDED, elevation.reason].filter((part) => part !== null).join(' ')
  return { ...capabilities, elevation: { ...elevation, reason } }
}
