import type { MachineCapability } from '../../machine-info.ts'

export interface MacMeans {
  isRoot: boolean
  /** The I/O Registry can be read. */
  readsDisks: boolean
  hasCards: boolean
  hasBattery: boolean
}

/** What can be done here, and why not the rest. Names as on Linux, so that the page knows what to offer. */
export function macCapabilities({
  isRoot,
  readsDisks,
  hasCards,
  hasBattery,
}: MacMeans): Record<string, MachineCapability> {
  const works: MachineCapability = { available: true, reason: null }
  const not = (reason: string): MachineCapability => ({ available: false, reason })
  return {
    control: works,
    elevation: isRoot
      ? works
      : not(
          'This service does not run as root. CPU, memory and arguments of other users\u2019 processes stay unknown, and they cannot be ended.',
        ),
    process_io: works,
    asked_figures: works,
    network_use: not('Which program uses the network is not read on macOS yet.'),
    disk_io: readsDisks ? works : not('The I/O Registry of macOS cannot be read here.'),
    gpu: hasCards ? works : not('No driver of a graphics card tells its load.'),
    sensors: not(
      'macOS tells temperatures and fans only through interfaces that are not public, that of the battery aside.',
    ),
    cpu_temperature: not('macOS tells the temperature of the CPU by no public interface.'),
    cpu_frequency: not('macOS does not tell the frequency of the CPU on Apple silicon.'),
    battery: hasBattery ? works : not('No battery was found.'),
    package_power: not('macOS tells the energy the CPU takes to root only, through powermetrics.'),
    pressure: not('Only Linux counts waiting (pressure stall information).'),
    io_priority: not('macOS sets no disk priority of another program.'),
    foreign_functions: works,
  }
}
