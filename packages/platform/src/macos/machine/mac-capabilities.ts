import type { MachineCapability } from '../../machine-info.ts'

/** What can be done here, and why not the rest. Names as on Linux, so that the page knows what to offer. */
export function macCapabilities(isRoot: boolean): Record<string, MachineCapability> {
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
    asked_figures: not('Open files and waiting for the CPU are not read on macOS yet.'),
    network_use: not('Which program uses the network is not read on macOS yet.'),
    disk_io: not('The activity of single disks is not read on macOS yet.'),
    gpu: not('The graphics card is not read on macOS yet.'),
    sensors: not('macOS tells temperatures and fans only through interfaces that are not public.'),
    cpu_temperature: not('macOS tells the temperature of the CPU by no public interface.'),
    cpu_frequency: not('macOS does not tell the frequency of the CPU on Apple silicon.'),
    battery: not('The battery is not read on macOS yet.'),
    package_power: not('macOS tells the energy the CPU takes to root only, through powermetrics.'),
    pressure: not('Only Linux counts waiting (pressure stall information).'),
    io_priority: not('macOS sets no disk priority of another program.'),
    foreign_functions: works,
  }
}
