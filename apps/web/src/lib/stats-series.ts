import type { NetworkStats, SystemStats } from '@taskmanager/contracts'

/**
 * The series of one frame by name. Percent 0-100, bytes, bytes per second.
 * cpu, cpu.kernel, core.<n>, core.<n>.kernel · memory, memory.committed, swap · disk.read, disk.write (sums),
 * disk.<id>.read, .write, .busy, .latency · net.recv, net.sent (sums), net.<id>.recv, .sent ·
 * <gpu id>.usage, .memory, .shared, .encoder, .decoder, .power, .controller, .engine.<name> · power.package, power.battery (watts),
 * power.charge · pressure.cpu, pressure.memory, pressure.io
 */
export function* statsSeries(stats: SystemStats): Generator<readonly [string, number | null]> {
  const { cpu, memory, pressure } = stats
  yield ['cpu', stats.cpu_usage]
  yield ['cpu.kernel', cpu.kernel_percent]
  for (const core of cpu.cores) {
    yield [`core.${core.index}`, core.usage_percent]
    yield [`core.${core.index}.kernel`, core.kernel_percent]
  }
  yield ['memory', stats.memory_used]
  yield ['memory.percent', stats.memory_percent]
  yield ['memory.committed', memory.committed_bytes]
  yield ['swap', memory.swap_used_bytes]
  const disks = countedDisks(stats.disks)
  yield ['disk.read', sumKnown(disks, (disk) => disk.read_bytes_per_second)]
  yield ['disk.write', sumKnown(disks, (disk) => disk.write_bytes_per_second)]
  for (const disk of stats.disks) {
    yield [`disk.${disk.id}.read`, disk.read_bytes_per_second]
    yield [`disk.${disk.id}.write`, disk.write_bytes_per_second]
    yield [`disk.${disk.id}.busy`, disk.busy_percent]
    yield [`disk.${disk.id}.latency`, slowest(disk.read_latency_ms, disk.write_latency_ms)]
  }
  const outside = countedNetworks(stats.networks)
  yield ['net.recv', sumKnown(outside, (net) => net.recv_bytes_per_second)]
  yield ['net.sent', sumKnown(outside, (net) => net.sent_bytes_per_second)]
  for (const net of stats.networks) {
    yield [`net.${net.id}.recv`, net.recv_bytes_per_second]
    yield [`net.${net.id}.sent`, net.sent_bytes_per_second]
  }
  for (const gpu of stats.gpus) {
    yield [`${gpu.id}.usage`, gpu.usage_percent]
    yield [`${gpu.id}.memory`, gpu.memory_used_bytes]
    yield [`${gpu.id}.shared`, gpu.shared_memory_used_bytes]
    yield [`${gpu.id}.controller`, gpu.memory_controller_percent]
    for (const { name, usage_percent: usage } of gpu.engines) {
      yield [`${gpu.id}.engine.${name}`, usage]
    }
    yield [`${gpu.id}.encoder`, gpu.encoder_percent]
    yield [`${gpu.id}.decoder`, gpu.decoder_percent]
    yield [`${gpu.id}.power`, gpu.power_watts]
  }
  if (stats.power != null) {
    yield ['power.package', stats.power.package_watts]
    yield ['power.battery', stats.power.battery_watts]
    yield ['power.charge', stats.power.battery_percent]
  }
  yield ['pressure.cpu', pressure.cpu?.some?.avg10 ?? null]
  yield ['pressure.memory', pressure.memory?.some?.avg10 ?? null]
  yield ['pressure.io', pressure.io?.some?.avg10 ?? null]
}

/** Virtual disks sit on real ones and would count twice; a virtual machine has no others. */
export function countedDisks(disks: SystemStats['disks']): SystemStats['disks'] {
  const real = disks.filter((disk) => disk.kind !== 'virtual')
  return real.length > 0 ? real : disks
}

/**
 * Interfaces whose traffic leaves the machine. Bridges, tunnels and virtual ones pass on what a real one carries and
 * would count twice; a container has no others. One that is not connected carries nothing.
 */
export function countedNetworks(networks: SystemStats['networks']): SystemStats['networks'] {
  const connected = networks.filter((net) => net.kind !== 'loopback' && net.up !== false)
  const real = connected.filter((net) => net.kind !== 'virtual' && net.kind !== 'tunnel')
  return real.length > 0 ? real : connected
}

/** Whether its traffic is in the sum of the machine. */
export function isCounted(net: NetworkStats, networks: SystemStats['networks']): boolean {
  return countedNetworks(networks).includes(net)
}

/** Connected interfaces in an order that holds: the counted before the others, then by what they ever carried. */
export function networksBySize(networks: SystemStats['networks']): SystemStats['networks'] {
  const counted = new Set(countedNetworks(networks))
  const carried = (net: NetworkStats) => (net.recv_bytes ?? 0) + (net.sent_bytes ?? 0)
  return networks
    .filter((net) => net.kind !== 'loopback' && net.up !== false)
    .toSorted(
      (a, b) =>
        Number(counted.has(b)) - Number(counted.has(a)) ||
        carried(b) - carried(a) ||
        (a.id < b.id ? -1 : 1),
    )
}

/** The interface that stands for all: one with an address before one without, then the one with more traffic. */
export function mainNetwork(networks: SystemStats['networks']): NetworkStats | undefined {
  const rank = (net: NetworkStats) => Number(net.addresses.length > 0)
  const traffic = (net: NetworkStats) =>
    (net.recv_bytes_per_second ?? 0) + (net.sent_bytes_per_second ?? 0)
  return countedNetworks(networks).toSorted(
    (a, b) => rank(b) - rank(a) || traffic(b) - traffic(a),
  )[0]
}

/** Sum of what is known; `null` when nothing is. */
export function sumKnown<T>(list: readonly T[], value: (item: T) => number | null): number | null {
  let sum: number | null = null
  for (const item of list) {
    const known = value(item)
    if (known !== null) sum = (sum ?? 0) + known
  }
  return sum
}

function slowest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.max(a, b)
}
