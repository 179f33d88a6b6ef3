export { account, type AccountingReading, type EndedReading } from './accounting.ts'
export {
  appOfProcess,
  desktopNames,
  type AppOfProcess,
  type DesktopNames,
} from './app-of-process.ts'
export { readApps, type AppReading } from './app-reading.ts'
export { AppSeries, OTHER_APPS, type AppTotals } from './app-series.ts'
export { networkUse, type NetworkUse, type Traffic } from './network-use.ts'
export { risePerSecond, waitedPercent } from './thread-counters.ts'
export { cpuDeltaNs, cpuShare, readProcess, type ProcessReading } from './process-reading.ts'
export {
  isGap,
  readMachine,
  type MachineReading,
  type ReadingContext,
} from './machine/machine-reading.ts'
export { driveVerdict, type DriveFinding } from './machine/drive-verdict.ts'
export type { CpuModesReading, CpuReading } from './machine/cpu-reading.ts'
