import { Type, type Static } from 'typebox'
import {
  boolean,
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  OwnCost,
  string,
  UnknownMap,
  words,
} from './common.ts'
import { DriveVerdict } from './drive-health.ts'
import { STALE_REASONS, THERMAL_PRESSURES } from './words.ts'

const CpuModes = Type.Object(
  {
    user: nullableNumber('user, percent of all time.'),
    nice: nullableNumber('user at low priority.'),
    system: nullableNumber('kernel on behalf of programs.'),
    irq: nullableNumber('hard interrupts.'),
    softirq: nullableNumber('soft interrupts.'),
    steal: nullableNumber('taken by the hypervisor.'),
    guest: nullableNumber('running virtual machines; part of user.'),
    iowait: nullableNumber('idle while a disk was busy.'),
    idle: nullableNumber('idle.'),
  },
  { description: 'Where the time went, percent 0-100. Source: proc_stat(5).' },
)
export type CpuModes = Static<typeof CpuModes>

export const CpuStats = Type.Object({
  usage_percent: nullableNumber('Busy share of the whole machine, 0-100.'),
  kernel_percent: nullableNumber('system, irq and softirq together, 0-100.'),
  modes: CpuModes,
  cores: Type.Array(
    Type.Object({
      index: integer('Number of the logical CPU.'),
      usage_percent: nullableNumber('Busy share of this CPU, 0-100.'),
      kernel_percent: nullableNumber('Kernel share of this CPU, 0-100.'),
      frequency_mhz: nullableNumber('Current frequency, MHz.'),
    }),
    { description: 'Online logical CPUs in their numbering.' },
  ),
  logical_count: integer('Logical CPUs online.'),
  frequency_mhz: nullableNumber('Mean current frequency, MHz.'),
  frequency_max_mhz: nullableNumber('Highest frequency of any CPU, MHz.'),
  load_average: nullable(Type.Tuple([Type.Number(), Type.Number(), Type.Number()]), {
    description: 'Over 1, 5, 15 minutes. null on Windows.',
  }),
  temperature_celsius: nullableNumber('Package temperature.'),
  throttled: nullable(Type.Boolean(), { description: 'Slowed by heat in the last interval.' }),
  thermal_pressure: nullable(
    words(
      THERMAL_PRESSURES,
      'How hard the system holds back for heat: nominal: not at all; sleeping: it is about to sleep for it.',
    ),
    { description: 'null: only macOS tells it.' },
  ),
  context_switches_per_second: nullableNumber('Whole machine.'),
  interrupts_per_second: nullableNumber('Whole machine.'),
  forks_per_second: nullableNumber('New processes and threads.'),
  processes_running: nullableNumber('Runnable now.'),
  processes_blocked: nullableNumber('Waiting for a disk now.'),
})
export type CpuStats = Static<typeof CpuStats>

export const MemoryStats = Type.Object({
  total_bytes: nullableNumber('Installed memory the kernel uses.'),
  available_bytes: nullableNumber(
    'What programs can still get without swapping. Source: MemAvailable, proc_meminfo(5).',
  ),
  used_bytes: nullableNumber('total - available.'),
  free_bytes: nullableNumber('MemFree.'),
  free_used_bytes: nullableNumber('What free(1) prints as used.'),
  apps_bytes: nullableNumber('Anonymous memory of programs. AnonPages.'),
  shared_bytes: nullableNumber('Shmem: shared memory and tmpfs.'),
  kernel_bytes: nullableNumber(
    'Slab that cannot be reclaimed, kernel stacks, page tables, per-CPU, vmalloc. macOS: wired memory.',
  ),
  cached_bytes: nullableNumber('Page cache without Shmem.'),
  buffers_bytes: nullableNumber('Buffers.'),
  slab_bytes: nullableNumber('Slab, all.'),
  slab_reclaimable_bytes: nullableNumber('SReclaimable.'),
  dirty_bytes: nullableNumber('Waits to be written.'),
  writeback_bytes: nullableNumber('Being written.'),
  mapped_bytes: nullableNumber('Mapped files.'),
  committed_bytes: nullableNumber('Committed_AS.'),
  commit_limit_bytes: nullableNumber('CommitLimit.'),
  huge_pages_total: nullableNumber('Huge pages reserved.'),
  huge_pages_free: nullableNumber('Of them free.'),
  huge_page_size_bytes: nullableNumber('Size of one.'),
  swap_total_bytes: nullableNumber('Swap space; 0 when there is none.'),
  swap_used_bytes: nullableNumber('Of it used.'),
  swap_in_bytes_per_second: nullableNumber('Read from swap.'),
  swap_out_bytes_per_second: nullableNumber('Written to swap.'),
  zram_original_bytes: nullableNumber(
    'Held compressed by zram or the compressor of macOS, size before. null: neither.',
  ),
  zram_compressed_bytes: nullableNumber('The memory it takes.'),
  oom_kills: nullableNumber('Processes ended for lack of memory since boot.'),
  nodes: Type.Array(
    Type.Object({
      node: integer('Number of the NUMA node.'),
      cpu_list: string('Its CPUs, 0-15,64-79; empty: it is memory alone.'),
      total_bytes: nullableNumber('Its memory.'),
      used_bytes: nullableNumber('total - free - cache.'),
      free_bytes: nullableNumber('Used by nothing.'),
      cache_bytes: nullableNumber('Given back when needed: page cache, reclaimable slab.'),
    }),
    {
      description:
        'NUMA nodes where there is more than one; empty otherwise. Source: sysfs, devices/system/node.',
    },
  ),
})
export type MemoryStats = Static<typeof MemoryStats>

export const DiskStats = Type.Object({
  id: string('Device name, for example nvme0n1.'),
  model: nullableString('Model, where the device tells.'),
  kind: words(
    ['nvme', 'ssd', 'hdd', 'virtual', 'removable', 'unknown'] as const,
    'Sort of device.',
  ),
  size_bytes: nullableNumber('Capacity.'),
  read_bytes: number('Read since boot.'),
  write_bytes: number('Written since boot.'),
  read_bytes_per_second: nullableNumber('Over the last interval.'),
  write_bytes_per_second: nullableNumber('Over the last interval.'),
  reads_per_second: nullableNumber('Finished reads.'),
  writes_per_second: nullableNumber('Finished writes.'),
  read_latency_ms: nullableNumber('Mean time of a read; null when there was none.'),
  write_latency_ms: nullableNumber('Mean time of a write; null when there was none.'),
  queue_length: nullableNumber('Mean number of requests under way.'),
  busy_percent: nullableNumber('Share of the interval with a request under way, 0-100.'),
  temperature_celsius: nullableNumber('Drive temperature.'),
  health: nullable(DriveVerdict, {
    description: 'Verdict on its health; null: it does not tell, or was not asked yet.',
  }),
  partitions: Type.Array(Type.String(), {
    description: 'Its partitions and what is built on them, by device name.',
  }),
})
export type DiskStats = Static<typeof DiskStats>

export const FilesystemStats = Type.Object({
  mount: string('Mount point.'),
  device: string('Device or source.'),
  disk: nullableString('id of the disk beneath, where known.'),
  type: string('Type, for example ext4.'),
  total_bytes: nullableNumber('Size.'),
  used_bytes: nullableNumber('Used.'),
  available_bytes: nullableNumber('Free to ordinary users.'),
  used_percent: nullableNumber('used / (used + available), as df prints it, 0-100.'),
  inodes_total: nullableNumber('Inodes; null where the type has none.'),
  inodes_used: nullableNumber('Of them used.'),
  read_only: boolean('Mounted read-only.'),
  stale_ms: nullableNumber('Age of the figures when they are old; null when fresh.'),
  stale_reason: nullable(
    words(
      STALE_REASONS,
      'no_answer: it does not answer; not_asked: it is not asked, mostly since too many others do not answer.',
    ),
    { description: 'Why the figures are old; null when fresh.' },
  ),
})
export type FilesystemStats = Static<typeof FilesystemStats>

export const NetworkStats = Type.Object({
  id: string('Name of the interface, for example enp5s0.'),
  kind: words(
    ['ethernet', 'wifi', 'loopback', 'virtual', 'tunnel', 'unknown'] as const,
    'Sort of interface.',
  ),
  up: nullable(Type.Boolean(), { description: 'Carries traffic. Source: operstate, carrier.' }),
  link_bits_per_second: nullableNumber('Link speed.'),
  signal_dbm: nullableNumber(
    'Signal of Wi-Fi in dBm, about -30 (next to it) to -90 (hardly there). Source: /proc/net/wireless.',
  ),
  mac: nullableString('Hardware address.'),
  addresses: Type.Array(Type.String(), { description: 'Addresses with prefix length.' }),
  recv_bytes: number('Received since boot.'),
  sent_bytes: number('Sent since boot.'),
  recv_bytes_per_second: nullableNumber('Over the last interval.'),
  sent_bytes_per_second: nullableNumber('Over the last interval.'),
  recv_packets_per_second: nullableNumber('Over the last interval.'),
  sent_packets_per_second: nullableNumber('Over the last interval.'),
  errors: number('Receive and send errors since boot.'),
  drops: number('Dropped packets since boot.'),
  unknown: UnknownMap,
})
export type NetworkStats = Static<typeof NetworkStats>

export const GpuStats = Type.Object({
  id: string('gpu-0, gpu-1, …, npu-0, …: its number for as long as the service runs.'),
  kind: words(
    ['gpu', 'npu'] as const,
    'Graphics card, or neural processor: a part of the processor for models, with memory of the computer. Those come last.',
  ),
  name: nullableString('Model.'),
  vendor: words(['nvidia', 'amd', 'intel', 'apple', 'other'] as const, 'Maker.'),
  driver: nullableString('Driver and version.'),
  uuid: nullableString('Identity of the card, where the maker gave it one.'),
  bus_id: nullableString('PCI address, 0000:01:00.0.'),
  source: words(
    ['nvml', 'sysfs', 'pdh', 'iokit'] as const,
    'Read through: the library of the NVIDIA driver, files of the kernel (sysfs and DRM fdinfo), the performance counters of Windows (PDH), or the I/O Registry of macOS (IOKit).',
  ),
  library_version: nullableString('Version of that library.'),
  cuda_version: nullableString('Newest CUDA that the driver can serve.'),
  problem: nullableString('In a sentence, why the card tells nothing just now: lost, asleep.'),
  usage_percent: nullableNumber('Busy share, 0-100.'),
  usage_is_at_least: boolean(
    'usage_percent is the sum of the programs this service may look at, since the driver tells no load of the card.',
  ),
  engines: Type.Array(
    Type.Object({
      name: string(
        "3D, compute, copy, decode, encode, video, video enhance, NPU, neural, or the driver's word.",
      ),
      usage_percent: number('Busy share by the programs that may be looked at, 0-100.'),
    }),
    { description: 'Load of each sort of engine; empty where the driver does not tell.' },
  ),
  memory_used_bytes: nullableNumber('Card memory in use.'),
  memory_total_bytes: nullableNumber('Card memory; null for a card without its own.'),
  memory_free_bytes: nullableNumber('Card memory not in use.'),
  memory_reserved_bytes: nullableNumber('Kept by the driver; in neither used nor free.'),
  shared_memory_used_bytes: nullableNumber('Memory of the computer that the card uses.'),
  shared_memory_total_bytes: nullableNumber('Most of it that it may use.'),
  memory_controller_percent: nullableNumber('Busy share of the memory controller, 0-100.'),
  temperature_celsius: nullableNumber('Of the chip.'),
  hotspot_celsius: nullableNumber('Of the hottest place of the chip.'),
  memory_celsius: nullableNumber('Of the card memory.'),
  slowdown_celsius: nullableNumber('From this temperature of the chip on it slows itself.'),
  shutdown_celsius: nullableNumber('At this temperature it turns itself off.'),
  power_watts: nullableNumber('Draw.'),
  power_limit_watts: nullableNumber('Enforced limit.'),
  power_limit_min_watts: nullableNumber('Least limit that may be set.'),
  power_limit_max_watts: nullableNumber('Largest limit that may be set.'),
  energy_joules: nullableNumber('Taken since the driver was loaded.'),
  fan_percent: nullableNumber('Fan speed; null without fan; some cards go over 100.'),
  fan_rpm: nullableNumber('Fan speed, turns a minute.'),
  clock_mhz: nullableNumber('Graphics or SM clock.'),
  clock_max_mhz: nullableNumber('Largest graphics clock.'),
  memory_clock_mhz: nullableNumber('Memory clock.'),
  memory_clock_max_mhz: nullableNumber('Largest memory clock.'),
  video_clock_mhz: nullableNumber('Clock of encoder and decoder.'),
  performance_state: nullableString('P0 (fastest) to P15. NVIDIA only.'),
  encoder_percent: nullableNumber('Video encoder, 0-100.'),
  decoder_percent: nullableNumber('Video decoder, 0-100.'),
  awake_percent: nullableNumber(
    'Share of the interval out of its sleep state (RC6): at least as much as it was busy. Intel only.',
  ),
  slowed_by: nullable(Type.Array(Type.String()), {
    description: 'Why it is slowed: heat, power limit, …; empty for nothing.',
  }),
  pcie_generation: nullableNumber('Of the link now; it falls while the card has nothing to do.'),
  pcie_generation_max: nullableNumber('Largest of card and slot.'),
  pcie_width: nullableNumber('Lanes of the link now.'),
  pcie_width_max: nullableNumber('Most lanes.'),
  pcie_recv_bytes_per_second: nullableNumber('To the card, over 20 ms.'),
  pcie_sent_bytes_per_second: nullableNumber('From the card, over 20 ms.'),
  ecc_enabled: nullable(Type.Boolean(), { description: 'Error correction of its memory.' }),
  ecc_corrected: nullableNumber('Memory errors corrected since the driver was loaded.'),
  ecc_uncorrected: nullableNumber('Memory errors not corrected since the driver was loaded.'),
  mig_enabled: nullable(Type.Boolean(), {
    description: 'Cut into instances (MIG); then the driver tells little of the whole card.',
  }),
  processes: Type.Array(
    Type.Object({
      pid: integer('Process id.'),
      usage_percent: nullableNumber('Share of its busiest engine, 0-100.'),
      memory_bytes: nullableNumber(
        'Its card memory; on a card without its own, memory of the computer.',
      ),
      engine: nullableString('Its busiest engine, where the driver tells them apart.'),
      encoder_percent: nullableNumber('Its share of the video encoder, 0-100.'),
      decoder_percent: nullableNumber('Its share of the video decoder, 0-100.'),
    }),
    {
      description:
        'Users of the card that the driver, or this service by its rights, can see. Whether anybody tells: unknown.processes.',
    },
  ),
  processes_hidden: boolean(
    'Some processes may not be looked into: whether they use the card is not known.',
  ),
  unknown: UnknownMap,
})
export type GpuStats = Static<typeof GpuStats>

const Stall = Type.Object({
  avg10: number('Percent of the last 10 s.'),
  avg60: number('Percent of the last 60 s.'),
  avg300: number('Percent of the last 300 s.'),
})
export const Pressure = Type.Object(
  {
    some: nullable(Stall, { description: 'At least one task waited.' }),
    full: nullable(Stall, { description: 'All tasks waited.' }),
  },
  { description: 'Pressure stall information. Source: /proc/pressure.' },
)
export type Pressure = Static<typeof Pressure>

export const Sensor = Type.Object({
  id: string('Chip and input, stable.'),
  chip: string('Chip, for example k10temp.'),
  label: nullableString('Label of the input.'),
  kind: words(['temperature', 'fan', 'power', 'voltage'] as const, 'What is measured.'),
  value: nullableNumber('Celsius, RPM, watts or volts by kind.'),
  high: nullableNumber('Warning threshold.'),
  critical: nullableNumber('Critical threshold.'),
})
export type Sensor = Static<typeof Sensor>

export const Power = Type.Object({
  on_ac: nullable(Type.Boolean(), { description: 'Mains connected.' }),
  battery_percent: nullableNumber('Charge, 0-100.'),
  battery_status: nullableString('charging, discharging, full, not charging.'),
  battery_watts: nullableNumber('Draw from or into the battery.'),
  battery_seconds_left: nullableNumber('Until empty or full.'),
  battery_health_percent: nullableNumber('Full charge as a share of the design.'),
  battery_cycles: nullableNumber('How often it was charged.'),
  package_watts: nullableNumber('CPU package. Source: RAPL.'),
})
export type Power = Static<typeof Power>

/** `GET /api/stats` and each frame of `WS /api/stats/stream`. The first fifteen keys are the seed's. */
export const SystemStats = Type.Object(
  {
    cpu_usage: nullableNumber('Busy share of the whole machine, 0-100. null: first sample.'),
    memory_total: nullableNumber('Bytes.'),
    memory_used: nullableNumber('total - available, bytes.'),
    memory_percent: nullableNumber('used / total, 0-100.'),
    disk_total: nullableNumber('Size of the file system at / (system drive on Windows), bytes.'),
    disk_used: nullableNumber('Of it used, bytes.'),
    disk_percent: nullableNumber('As df prints it, 0-100.'),
    disk_read: nullableNumber('Bytes read from all physical disks since boot.'),
    disk_write: nullableNumber('Bytes written to all physical disks since boot.'),
    network_sent: nullableNumber('Bytes sent over all but loopback since boot.'),
    network_recv: nullableNumber('Bytes received over all but loopback since boot.'),
    gpu_usage: nullableNumber('Busiest graphics card, 0-100.'),
    gpu_memory_used: nullableNumber('Card memory in use, all cards, bytes.'),
    gpu_memory_total: nullableNumber('Card memory, all cards, bytes.'),
    gpu_temperature: nullableNumber('Hottest card, Celsius.'),
    type: Type.Literal('stats'),
    api_version: integer('Version of the wire format.'),
    seq: integer('Number of the sample.'),
    sampled_at_ms: number('Instant, epoch milliseconds.'),
    interval_ms: nullableNumber(
      'Measured length of the interval, monotonic milliseconds. null: first sample.',
    ),
    gap: boolean(
      'The interval is far longer than asked (the machine slept): do not draw a line across it.',
    ),
    uptime_seconds: nullableNumber('Since boot.'),
    cpu: CpuStats,
    memory: MemoryStats,
    disks: Type.Array(DiskStats),
    filesystems: Type.Array(FilesystemStats),
    networks: Type.Array(NetworkStats),
    gpus: Type.Array(GpuStats),
    pressure: Type.Object({
      cpu: nullable(Pressure),
      memory: nullable(Pressure),
      io: nullable(Pressure),
    }),
    sensors: Type.Array(Sensor),
    power: nullable(Power, { description: 'null: neither battery nor power meter.' }),
    own_cost: OwnCost,
    unknown: UnknownMap,
  },
  { $id: 'SystemStats' },
)
export type SystemStats = Static<typeof SystemStats>
