import type { CpuStats } from '@taskmanager/contracts'
import type { MachineReading } from '@taskmanager/metrics'
import { decimals, percent, whole } from './round.ts'

export function presentCpu({ sample, cpu }: MachineReading): CpuStats {
  const frequencies = Array.from(sample.cpu.frequencyMhz.values())
  const sum = frequencies.reduce((total, mhz) => total + mhz, 0)
  const { modes } = cpu
  return {
    usage_percent: percent(cpu.usagePercent),
    kernel_percent: percent(cpu.kernelPercent),
    modes: {
      user: percent(modes.user),
      nice: percent(modes.nice),
      system: percent(modes.system),
      irq: percent(modes.irq),
      softirq: percent(modes.softirq),
      steal: percent(modes.steal),
      guest: percent(modes.guest),
      iowait: percent(modes.iowait),
      idle: percent(modes.idle),
    },
    cores: cpu.cores.map((core) => ({
      index: core.index,
      usage_percent: percent(core.usagePercent),
      kernel_percent: percent(core.kernelPercent),
      frequency_mhz: whole(sample.cpu.frequencyMhz.get(core.index) ?? null),
    })),
    logical_count: sample.cpu.cores.length,
    frequency_mhz: frequencies.length === 0 ? null : whole(sum / frequencies.length),
    frequency_max_mhz: whole(sample.cpu.frequencyMaxMhz),
    load_average: sample.cpu.loadAverage,
    temperature_celsius: decimals(sample.cpu.temperatureCelsius, 1),
    throttled: cpu.throttled,
    thermal_pressure: sample.cpu.thermalPressure ?? null,
    context_switches_per_second: whole(cpu.contextSwitchesPerSecond),
    interrupts_per_second: whole(cpu.interruptsPerSecond),
    forks_per_second: decimals(cpu.forksPerSecond, 1),
    processes_running: sample.cpu.processesRunning,
    processes_blocked: sample.cpu.processesBlocked,
  }
}
