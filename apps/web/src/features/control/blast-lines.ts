import type { BlastRadius } from '@taskmanager/contracts'
import type { IconName } from '../../components/icon.tsx'
import { formatBytes, formatDuration } from '../../lib/format.ts'

export interface BlastLine {
  readonly icon: IconName
  readonly isWarning: boolean
  readonly fact: string
  readonly detail: string
}

const MOST_NAMES = 3

/**
 * What ends, breaks or comes back with a process; only the lines that apply.
 * @param gpuMemory what it holds on the graphics cards, bytes; `null`: not known
 */
export function blastLines(blast: BlastRadius, gpuMemory: number | null = null): BlastLine[] {
  return [
    descendants(blast),
    ...clients(blast),
    filesWriting(blast),
    cards(gpuMemory),
    restart(blast),
    otherUser(blast),
    windows(blast),
  ].filter((line) => line !== null)
}

function descendants({
  descendants: refs,
  descendant_count: count,
}: BlastRadius): BlastLine | null {
  if (count === 0) return null
  // Linux ends only the process itself; its children live on under another parent unless they notice.
  const fact = count === 1 ? 'It has 1 child' : `It has ${count} children`
  const detail = `${listed(
    refs.map(({ name }) => name),
    count,
  )}: they usually end with it`
  return { icon: 'branch', isWarning: false, fact, detail }
}

function clients({ listeners }: BlastRadius): BlastLine[] {
  return (listeners ?? [])
    .filter((listener) => listener.client_count > 0)
    .map(({ port, clients: who, client_count: count }) => ({
      icon: 'plug',
      isWarning: true,
      fact: `${count} ${count === 1 ? 'client is' : 'clients are'} connected to :${port}`,
      detail: listed(
        who.map(({ name, pid, address }) => (name === null ? address : `${name} (PID ${pid})`)),
        count,
      ),
    }))
}

function filesWriting({ files_writing: files, files_writing_count: count }: BlastRadius) {
  if (files === null || count === null || count === 0) return null
  const fact = `${count} ${count === 1 ? 'file' : 'files'} open for writing`
  return { icon: 'file', isWarning: false, fact, detail: listed(files, count) } as const
}

function cards(bytes: number | null): BlastLine | null {
  if (bytes === null || bytes === 0) return null
  return {
    icon: 'gpu',
    isWarning: false,
    fact: `It frees ${formatBytes(bytes)} of GPU memory`,
    detail: 'What it has computed there and not saved is lost.',
  }
}

type Manager = NonNullable<BlastRadius['restarted_by']>['manager']

const HOW_TO_STOP: Readonly<Record<Manager, string>> = {
  systemd: 'stop the unit',
  Windows: 'stop it in Services',
  launchd:
    'switch it off in System Settings under Login Items, or by launchctl bootout in a terminal,',
}

function restart({ restarted_by: by }: BlastRadius): BlastLine | null {
  if (by === null) return null
  const { manager, unit, policy, delay_ms: delayMs } = by
  const when =
    delayMs === null
      ? null
      : delayMs === 0
        ? 'at once'
        : `after ${formatDuration(Math.ceil(delayMs / 1000))}`
  const condition = policy !== null && manager === 'systemd' ? `Restart=${policy}` : policy
  const words = [unit, condition, when].filter(Boolean)
  const detail = `${words.join(', ')}. To keep it off, ${HOW_TO_STOP[manager]} instead.`
  return { icon: 'restart', isWarning: false, fact: `${manager} will start it again`, detail }
}

function otherUser({ other_user: isOther, permitted }: BlastRadius) {
  if (!isOther) return null
  const detail = permitted
    ? 'Allowed, because this service may end any process. The action is written to the log.'
    : 'This service may not end it: that needs elevated mode.'
  return {
    icon: 'lock',
    isWarning: !permitted,
    fact: 'It belongs to another user',
    detail,
  } as const
}

function windows({ has_windows: has }: BlastRadius): BlastLine | null {
  if (has !== true) return null
  return {
    icon: 'window',
    isWarning: true,
    fact: 'Unsaved work may be lost',
    detail: 'It shows windows.',
  }
}

/** "a, b, c and 7 more" */
function listed(names: readonly string[], count: number): string {
  const shown = names.slice(0, MOST_NAMES)
  const more = count - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
