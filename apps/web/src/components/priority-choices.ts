/** How much of the CPUs and disks programs get: what every menu, the sheet of a phone and the palette offer. */
import {
  IO_PRIORITIES,
  PRIORITIES,
  type IoPriority,
  type PriorityWord,
  type SystemInfo,
} from '@taskmanager/contracts'
import type { Commands, Target } from '../stores/commands.ts'
import { useSystem } from '../stores/live-stats.ts'
import type { IconName } from './icon.tsx'

export interface PriorityChoice {
  readonly id: string
  readonly text: string
  /** Not one of the words: it stands apart from them. */
  readonly isApart: boolean
  readonly run: () => void
}

export interface PriorityGroup {
  readonly id: 'priority' | 'disk-priority' | 'efficiency'
  readonly icon: IconName
  readonly text: string
  readonly choices: readonly PriorityChoice[]
}

const NAMES: Record<PriorityWord, string> = {
  very_high: 'Very high',
  high: 'High',
  normal: 'Normal',
  low: 'Low',
  very_low: 'Very low',
}
const DISK_NAMES: Record<IoPriority, string> = {
  high: 'High',
  normal: 'Normal',
  low: 'Low',
  idle: 'Idle (only when nobody else waits)',
}
const WORDS = Object.keys(PRIORITIES) as PriorityWord[]

/** Of the CPUs first; of the disks, and efficiency mode, only where this system lets it be changed. */
export function priorityGroups(
  targets: readonly Target[],
  commands: Commands,
  system: SystemInfo | null,
): readonly [PriorityGroup, ...PriorityGroup[]] {
  const cpus: PriorityGroup = {
    id: 'priority',
    icon: 'priority',
    text: 'Priority',
    choices: [
      ...WORDS.map((word) => ({
        id: word,
        text: `${NAMES[word]} (${String(PRIORITIES[word]).replace('-', '−')})`,
        isApart: false,
        run: () => commands.setPriority(targets, word),
      })),
      {
        id: 'cpus',
        text: 'Choose CPUs…',
        isApart: true,
        run: () => commands.chooseCpus(targets),
      },
    ],
  }
  const can = (name: string) => system?.capabilities[name]?.available === true
  const disks: PriorityGroup = {
    id: 'disk-priority',
    icon: 'disk',
    text: 'Disk priority',
    choices: IO_PRIORITIES.map((word) => ({
      id: word,
      text: DISK_NAMES[word],
      isApart: false,
      run: () => commands.setIoPriority(targets, word),
    })),
  }
  const efficiency: PriorityGroup = {
    id: 'efficiency',
    icon: 'leaf',
    text: 'Efficiency mode',
    choices: (['on', 'off'] as const).map((id) => ({
      id,
      text: id === 'on' ? 'On' : 'Off',
      isApart: false,
      run: () => commands.setEfficiency(targets, id === 'on'),
    })),
  }
  return [
    cpus,
    ...(can('io_priority') ? [disks] : []),
    ...(can('efficiency_mode') ? [efficiency] : []),
  ]
}

export function usePriorityGroups(targets: readonly Target[], commands: Commands) {
  const system = useSystem((known) => known)
  return priorityGroups(targets, commands, system)
}
