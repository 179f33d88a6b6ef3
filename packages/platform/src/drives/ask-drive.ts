import type { DriveState } from '@taskmanager/contracts'
import {
  ATA,
  isAsleep,
  LOG_DIRECTORY,
  readLog,
  smartPassed,
  STATISTICS_LOG,
} from './ata-commands.ts'
import {
  ataFacts,
  hasLog,
  parseAtaIdentity,
  parseAtaStatistics,
  parseSmartAttributes,
  parseSmartThresholds,
  STATISTICS_PAGES,
} from './ata-health.ts'
import type { AtaCommand, DriveAnswer, OpenDrive } from './drive-door.ts'
import type { DriveFacts } from './drive-health.ts'
import { NVME_HEALTH_BYTES, NVME_HEALTH_PAGE, parseNvmeHealth } from './nvme-health.ts'

export type Told =
  /** `atMs`: when it told, epoch milliseconds; absent: now. */
  | { state: 'told'; facts: DriveFacts; atMs?: number }
  | { state: Exclude<DriveState, 'told' | 'no_answer'> }

const NOT_TOLD = {
  denied: 'not_permitted',
  refused: 'not_reported',
  failed: 'failed',
} as const

export async function askNvme(drive: OpenDrive): Promise<Told> {
  const page = await drive.nvmeLog(NVME_HEALTH_PAGE, NVME_HEALTH_BYTES)
  if (page.kind !== 'ok') return { state: NOT_TOLD[page.kind] }
  const facts = parseNvmeHealth(page.value)
  return facts === null ? { state: 'not_reported' } : { state: 'told', facts }
}

/** Asks first whether the drive sleeps, which does not wake it; what comes after would. */
export async function askAta(drive: OpenDrive, isRotating: boolean): Promise<Told> {
  const power = await drive.ata(ATA.checkPowerMode)
  if (power.kind === 'denied') return { state: 'not_permitted' }
  const registers = power.kind === 'ok' ? power.value.registers : null
  // A disk of which nobody knows whether it sleeps is left alone; one without a motor has nothing to spin up.
  if (registers === null && isRotating) return { state: 'not_reported' }
  if (registers !== null && isAsleep(registers)) return { state: 'asleep' }
  const block = await drive.ata(ATA.identify)
  if (block.kind !== 'ok') return { state: NOT_TOLD[block.kind] }
  const identity = parseAtaIdentity(block.value.data)
  if (identity === null) return { state: 'failed' }
  if (identity.smart !== 'on') return { state: identity.smart === 'off' ? 'off' : 'not_reported' }
  const ask = <T>(command: AtaCommand, parse: (data: Buffer) => T) =>
    valueOf(drive.ata(command), ({ data }) => parse(data))
  const passed = await valueOf(drive.ata(ATA.smartReturnStatus), (answer) =>
    answer.registers === null ? null : smartPassed(answer.registers),
  )
  const attributes = await ask(ATA.smartReadData, parseSmartAttributes)
  const thresholds = await ask(ATA.smartReadThresholds, parseSmartThresholds)
  const hasStatistics =
    identity.hasLogs &&
    (await ask(readLog(LOG_DIRECTORY, 0), (directory) => hasLog(directory, STATISTICS_LOG))) ===
      true
  const statistics = (page: number) =>
    hasStatistics ? ask(readLog(STATISTICS_LOG, page), parseAtaStatistics) : null
  const general = await statistics(STATISTICS_PAGES.general)
  const solidState = identity.isRotating ? null : await statistics(STATISTICS_PAGES.solidState)
  if (passed === null && attributes === null) return { state: 'failed' }
  const answers = { identity, passed, attributes, thresholds, general, solidState }
  return { state: 'told', facts: ataFacts(answers) }
}

/** A part that the drive does not give is left out; the others count. */
async function valueOf<A, T>(
  answer: Promise<DriveAnswer<A>>,
  read: (value: A) => T,
): Promise<T | null> {
  const given = await answer
  return given.kind === 'ok' ? read(given.value) : null
}
