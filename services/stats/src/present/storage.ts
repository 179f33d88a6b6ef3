import type { DiskStats, FilesystemStats, NetworkStats } from '@taskmanager/contracts'
import type { MachineReading } from '@taskmanager/metrics'
import { presentVerdict } from './drive-health.ts'
import { decimals, percent, whole } from './round.ts'

export function presentDisk(disk: MachineReading['disks'][number]): DiskStats {
  return {
    id: disk.id,
    model: disk.model,
    kind: disk.kind,
    size_bytes: disk.sizeBytes,
    read_bytes: disk.readBytes,
    write_bytes: disk.writeBytes,
    read_bytes_per_second: whole(disk.readBytesPerSecond),
    write_bytes_per_second: whole(disk.writeBytesPerSecond),
    reads_per_second: decimals(disk.readsPerSecond, 1),
    writes_per_second: decimals(disk.writesPerSecond, 1),
    read_latency_ms: decimals(disk.readLatencyMs, 2),
    write_latency_ms: decimals(disk.writeLatencyMs, 2),
    queue_length: decimals(disk.queueLength, 2),
    busy_percent: percent(disk.busyPercent),
    temperature_celsius: decimals(disk.temperatureCelsius, 1),
    health: presentVerdict(disk),
    partitions: disk.partitions,
  }
}

export function presentFilesystem(
  filesystem: MachineReading['filesystems'][number],
): FilesystemStats {
  return {
    mount: filesystem.mount,
    device: filesystem.device,
    disk: filesystem.disk,
    type: filesystem.type,
    total_bytes: filesystem.totalBytes,
    used_bytes: filesystem.usedBytes,
    available_bytes: filesystem.availableBytes,
    used_percent: percent(filesystem.usedPercent),
    inodes_total: filesystem.inodesTotal,
    inodes_used: filesystem.inodesUsed,
    read_only: filesystem.readOnly,
    stale_ms: whole(filesystem.staleMs),
    stale_reason: filesystem.staleReason,
  }
}

export function presentNetwork(network: MachineReading['networks'][number]): NetworkStats {
  return {
    id: network.id,
    kind: network.kind,
    up: network.up,
    link_bits_per_second: network.linkBitsPerSecond,
    signal_dbm: network.signalDbm,
    mac: network.mac,
    addresses: network.addresses,
    recv_bytes: network.recvBytes,
    sent_bytes: network.sentBytes,
    recv_bytes_per_second: whole(network.recvBytesPerSecond),
    sent_bytes_per_second: whole(network.sentBytesPerSecond),
    recv_packets_per_second: whole(network.recvPacketsPerSecond),
    sent_packets_per_second: whole(network.sentPacketsPerSecond),
    errors: network.errors,
    drops: network.drops,
    unknown: unknownOfNetwork(network),
  }
}

/** A cable has no signal, and what is not connected no speed: neither is a reading that is missing. */
function unknownOfNetwork(network: MachineReading['networks'][number]): NetworkStats['unknown'] {
  const isWifi = network.kind === 'wifi'
  return {
    ...(network.linkBitsPerSecond === null && { link_bits_per_second: 'not_reported' as const }),
    ...(network.signalDbm === null && {
      signal_dbm: isWifi ? ('not_reported' as const) : ('not_supported' as const),
    }),
  }
}
