import {
  PROCESS_COLUMNS,
  type AskedField,
  type ListCapabilities,
  type SystemInfo,
  type SystemStats,
} from '@taskmanager/contracts'
import { fakeCpu, fakeFrame } from '../features/performance/fake-frame.ts'

/** What the service says of itself under Windows, recorded there; for component tests. */
const ABLE = [
  'control',
  'process_io',
  'disk_io',
  'cpu_frequency',
  'foreign_functions',
  'efficiency_mode',
  'services',
  'service_control',
  'startup',
  'sessions',
  'ports',
  'process_details',
  'asked_figures',
]
const UNABLE: Record<string, string> = {
  elevation: 'This service runs without the rights of an administrator.',
  network_use:
    'Windows tells which program uses the network only to a recording session of an administrator, which is not started here.',
  drive_health: 'Drives tell their health only to a service with elevated rights.',
  gpu: 'No NVIDIA driver was found.',
  sensors: 'This machine shows no thermal zones.',
  cpu_temperature: 'Windows does not tell the temperature of the CPU without a driver for it.',
  battery: 'No battery was found.',
  package_power: 'Windows does not tell the energy the CPU takes without a driver for it.',
  pressure: 'Only Linux counts waiting (pressure stall information).',
  io_priority: 'Windows sets no disk priority of another program.',
  containers: 'Containers are not read on this system yet.',
}

/** Figures of processes that are told there when they are asked for. */
export const WINDOWS_ASKED: readonly AskedField[] = [
  'num_handles',
  'context_switches_per_second',
  'session_id',
  'elevated',
  'efficiency_mode',
  'architecture',
]

export function windowsSystem(change: Partial<SystemInfo> = {}): SystemInfo {
  return {
    hostname: 'PC',
    os: {
      platform: 'win32',
      name: 'Windows 11 Pro 24H2',
      kernel: '10.0.26100',
      architecture: 'x64',
    },
    cpu: { model: 'A CPU', sockets: 1, cores: 4, threads: 8, base_mhz: 2900, groups: null },
    memory: { total_bytes: null, modules: [] },
    virtual_machine: null,
    asked_fields: [...WINDOWS_ASKED],
    capabilities: {
      ...Object.fromEntries(ABLE.map((name) => [name, { available: true, reason: null }])),
      ...Object.fromEntries(
        Object.entries(UNABLE).map(([name, reason]) => [name, { available: false, reason }]),
      ),
    },
    ...change,
  } as unknown as SystemInfo
}

const MISSING: readonly string[] = [
  'uid',
  'unit',
  'pss_bytes',
  'uss_bytes',
  'swap_bytes',
  'memory_sampled_at_ms',
]

/** Columns of the process list there. */
export const WINDOWS_COLUMNS: ListCapabilities['columns'] = PROCESS_COLUMNS.filter(
  (column) => !MISSING.includes(column),
)

export function windowsFrame(): SystemStats {
  const cpu = fakeCpu(8)
  return fakeFrame({
    cpu: {
      ...cpu,
      modes: { ...cpu.modes, nice: null, iowait: null, steal: null, guest: null },
      load_average: null,
      temperature_celsius: null,
      throttled: null,
      forks_per_second: null,
      processes_running: null,
      processes_blocked: null,
    },
    memory: {
      total_bytes: 16e9,
      available_bytes: 9e9,
      used_bytes: 7e9,
      free_bytes: null,
      free_used_bytes: 7e9,
      apps_bytes: null,
      shared_bytes: null,
      kernel_bytes: null,
      cached_bytes: 3e9,
      buffers_bytes: null,
      slab_bytes: null,
      slab_reclaimable_bytes: null,
      dirty_bytes: null,
      writeback_bytes: null,
      mapped_bytes: null,
      committed_bytes: 8e9,
      commit_limit_bytes: 20e9,
      huge_pages_total: null,
      huge_pages_free: null,
      huge_page_size_bytes: null,
      swap_total_bytes: 4e9,
      swap_used_bytes: 1e9,
      swap_in_bytes_per_second: null,
      swap_out_bytes_per_second: null,
      zram_original_bytes: null,
      zram_compressed_bytes: null,
      oom_kills: null,
      nodes: [],
    },
    unknown: {
      pressure: 'not_supported',
      'cpu.temperature_celsius': 'not_supported',
      'cpu.load_average': 'not_supported',
      'memory.zram_original_bytes': 'not_supported',
      sensors: 'not_supported',
      gpus: 'not_supported',
    },
  })
}
