import { cleanName } from '../../text/clean.ts'
import {
  flagIn,
  numberIn,
  textIn,
  type PropertyDictionary,
} from '../property-lists/property-value.ts'

/** What is looked at in the dictionary of a job. */
export const JOB_KEYS = [
  'Label',
  'PID',
  'LastExitStatus',
  'OnDemand',
  'KeepAlive',
  'Program',
  'ProgramArguments',
] as const

/** A job that launchd has loaded. */
export interface LaunchdJob {
  label: string
  /** null: it does not run. */
  pid: number | null
  /** How its last process ended, as wait(2) has it; null: it is not told. */
  lastExit: number | null
  /** Started when something asks for it, not kept running. null: it is not told. */
  isOnDemand: boolean | null
}

const MOST_PID = 0x7fff_ffff
const MOST_STATUS = 0xffff
/** Programs that launchd looks after without being jobs: apps that were opened, and what they started. */
const NO_JOB = /^(?:application\.|\[0x|0x)|\.anonymous\./

/** Source: the keys of `launchctl list LABEL`. null: it has no name, or is no job but a program that was opened. */
export function parseJob(job: PropertyDictionary): LaunchdJob | null {
  const label = textIn(job, 'Label')
  if (label === null || NO_JOB.test(label)) return null
  const pid = numberIn(job, 'PID')
  return {
    label: cleanName(label),
    pid: pid !== null && isWithin(pid, 1, MOST_PID) ? pid : null,
    lastExit: statusOf(numberIn(job, 'LastExitStatus')),
    isOnDemand: flagIn(job, 'OnDemand'),
  }
}

const statusOf = (status: number | null): number | null =>
  status !== null && isWithin(status, 0, MOST_STATUS) ? status : null

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
