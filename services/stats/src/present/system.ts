import type { AskedField, SystemInfo } from '@taskmanager/contracts'
import type { MachineInfo } from '@taskmanager/platform'

export interface ServiceFacts {
  startedAtMs: number
  pid: number
  elevationEnded: boolean
  lists: ServiceLists
  askedFields: readonly AskedField[]
}

/** Which lists this system has a provider of, or why it has none. The page offers no others. */
export type ServiceLists = Readonly<Record<keyof typeof NO_LIST, boolean | string>>

const NO_LIST = {
  services: 'Services are not read on this system yet.',
  service_control: 'Services are not started and stopped on this system yet.',
  startup: 'What starts with the session is not read on this system yet.',
  sessions: 'Who is signed in is not read on this system yet.',
  containers: 'Containers are not read on this system yet.',
  ports: 'Which program holds a port is not read on this system yet.',
  process_details: 'Details of a process beyond its row are not read on this system yet.',
} as const

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
    capabilities: {
      ...(service.elevationEnded ? afterElevation(info.capabilities) : info.capabilities),
      ...listCapabilities(service.lists),
    },
    asked_fields: [...service.askedFields],
    inventory: info.inventoryComplete ? 'complete' : 'collecting',
    started_at_ms: Math.round(service.startedAtMs),
    service_pid: service.pid,
  }
}

function listCapabilities(lists: ServiceLists): SystemInfo['capabilities'] {
  const named = Object.entries(NO_LIST) as [keyof typeof NO_LIST, string][]
  return Object.fromEntries(
    named.map(([name, standard]) => {
      const list = lists[name]
      const reason = list === true ? null : list === false ? standard : list
      return [name, { available: list === true, reason }]
    }),
  )
}

/** Why there is no elevation any more stands before how to have it. */
function afterElevation(capabilities: MachineInfo['capabilities']): MachineInfo['capabilities'] {
  const { elevation } = capabilities
  if (elevation === undefined || elevation.available) return capabilities
  const reason = [ELEVATION_ENDED, elevation.reason].filter((part) => part !== null).join(' ')
  return { ...capabilities, elevation: { ...elevation, reason } }
}
