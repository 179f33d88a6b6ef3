import { Type, type Static } from 'typebox'
import {
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  string,
  UnknownMap,
  words,
} from './common.ts'
import { DRIVE_STATES, DRIVE_VERDICTS } from './words.ts'

const verdict = words(
  DRIVE_VERDICTS,
  'failing: the drive itself says so. warning: it does not, but something is wrong or worn.',
)
const findings = Type.Array(Type.String(), {
  description:
    'What is wrong, each as half a sentence about "it", the worst first; empty: nothing.',
})

/** The short form, in every frame. */
export const DriveVerdict = Type.Object(
  { verdict, findings },
  { description: 'GET /api/drive-health tells more.' },
)
export type DriveVerdict = Static<typeof DriveVerdict>

/** What one drive tells of its health. */
const DriveHealth = Type.Object({
  id: string('Device name, as in the disks of GET /api/stats.'),
  state: words(
    DRIVE_STATES,
    'How the last question went. Where it was not "told", figures are those of an earlier time, or null.',
  ),
  reason: nullableString('Why it did not tell, in sentences, and what to do; null when it did.'),
  protocol: nullable(words(['nvme', 'ata'] as const, 'How it was asked.')),
  verdict: nullable(verdict, { description: 'null: it never told.' }),
  findings,
  firmware: nullableString('Version of its firmware. Source: sysfs.'),
  temperature_celsius: nullableNumber('As of told_at_ms.'),
  used_percent: nullableNumber(
    'Share of the rated life of its flash that is used; may exceed 100.',
  ),
  spare_percent: nullableNumber('Spare blocks left, 0-100. NVMe.'),
  spare_threshold_percent: nullableNumber('Below this it complains. NVMe.'),
  power_on_hours: nullableNumber('Hours in operation.'),
  power_cycles: nullableNumber('Times it was switched on.'),
  unsafe_shutdowns: nullableNumber('Times it lost power unprepared.'),
  read_bytes: nullableNumber('Read over its whole life.'),
  written_bytes: nullableNumber('Written over its whole life.'),
  media_errors: nullableNumber('Times it could not give stored data back unharmed.'),
  reallocated_sectors: nullableNumber('Bad sectors replaced by spare ones. ATA.'),
  pending_sectors: nullableNumber('Sectors that could not be read lately. ATA.'),
  told_at_ms: nullableNumber('When it told this, epoch milliseconds; null: never.'),
  unknown: UnknownMap,
})
export type DriveHealth = Static<typeof DriveHealth>

/** `GET /api/drive-health`: asked on a slow clock, hard disks once an hour and others each 10 min; a request asks no drive. */
export const DriveHealthList = Type.Object(
  {
    drives: Type.Array(DriveHealth, {
      description: 'Drives that have been asked, in the order of the disks of GET /api/stats.',
    }),
    not_asked: integer('Disks that have not been asked yet.'),
    sampled_at_ms: number('Instant, epoch milliseconds.'),
  },
  { $id: 'DriveHealthList' },
)
export type DriveHealthList = Static<typeof DriveHealthList>
