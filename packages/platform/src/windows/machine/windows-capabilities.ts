import type { MachineCapability } from '../../machine-info.ts'

export interface WindowsAbilities {
  elevated: boolean
  gpu: MachineCapability
  driveHealth: MachineCapability
  hasDisks: boolean
  hasSensors: boolean
  /** The performance counters can be read. */
  hasCounters: boolean
  hasBattery: boolean
  hasFrequency: boolean
  hasEfficiency: boolean
}

/** What can be done here, and why not the rest. Names as on Linux, so that the page knows what to offer. */
export function windowsCapabilities(
  abilities: WindowsAbilities,
): Record<string, MachineCapability> {
  const works = (available: boolean, reason: string): MachineCapability => ({
    available,
    reason: available ? null : reason,
  })
  const never = (reason: string) => works(false, reason)
  return {
    control: works(true, ''),
    elevation: works(
      abilities.elevated,
      'This service runs without the rights of an administrator. To act on programs of other users and of Windows, stop Task Manager Pro and start it with START_STATS_ADMIN.cmd or "npm start -- --elevated-stats"; Windows then asks for them.',
    ),
    process_io: works(true, ''),
    asked_figures: works(true, ''),
    network_use: never(
      'Windows tells which program uses the network only to a recording session of an administrator, which is not started here.',
    ),
    disk_io: works(abilities.hasDisks, 'No disk here counts what is read and written.'),
    drive_health: abilities.driveHealth,
    gpu: abilities.gpu,
    sensors: works(
      abilities.hasSensors,
      abilities.hasCounters
        ? 'This machine shows no thermal zones.'
        : 'Windows does not let its performance counters be read just now, which have the thermal zones.',
    ),
    cpu_temperature: never(
      'Windows does not tell the temperature of the CPU without a driver for it.',
    ),
    cpu_frequency: works(
      abilities.hasFrequency,
      'Windows does not tell the frequency of the CPU here.',
    ),
    battery: works(abilities.hasBattery, 'No battery was found.'),
    package_power: never('Windows does not tell the energy the CPU takes without a driver for it.'),
    pressure: never('Only Linux counts waiting (pressure stall information).'),
    efficiency_mode: works(
      abilities.hasEfficiency,
      'Efficiency mode came with Windows 10 of 2017.',
    ),
    io_priority: never('Windows sets no disk priority of another program.'),
    foreign_functions: works(true, ''),
  }
}
