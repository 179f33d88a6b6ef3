import type { ServiceAction } from '@taskmanager/contracts'
import type { ListCommand } from '../../components/list-commands.tsx'
import type { ServiceLine } from './service-lines.ts'

interface CommandsInput {
  readonly line: ServiceLine | undefined
  /** Why no command works; `null`: they do. */
  readonly reason: string | null
  readonly isBusy: boolean
  /** Whether services of this system are started and stopped from here, and have a log; else there is no such command. */
  readonly canOrder: boolean
  readonly canLog: boolean
  /** Asks first where something ends. */
  readonly order: (action: ServiceAction, line: ServiceLine) => void
  readonly showProcesses: (line: ServiceLine) => void
  readonly showLog: (line: ServiceLine) => void
}

const ALREADY = { start: 'It runs already', stop: 'It does not run' } as const

/** The commands of the bar and of the menu, in order. */
export function serviceCommands(input: CommandsInput): ListCommand[] {
  const { line, canOrder, canLog, showProcesses, showLog } = input
  const none = line === undefined ? 'Choose a service first' : null
  return [
    ...(canOrder ? orderCommands(input, none) : []),
    {
      id: 'processes',
      icon: 'processes',
      text: 'Show processes',
      keys: '↵',
      why: none ?? (line?.processes.length === 0 ? 'It has none' : null),
      run: () => line !== undefined && showProcesses(line),
    },
    ...(canLog
      ? [
          {
            id: 'log',
            icon: 'file',
            text: 'Log',
            why: none,
            run: () => line !== undefined && showLog(line),
          } as const,
        ]
      : []),
  ]
}

/** @param none why there is nothing to give an order to; null: there is */
function orderCommands(
  { line, reason, isBusy, order }: CommandsInput,
  none: string | null,
): ListCommand[] {
  const off = none ?? reason ?? (isBusy ? 'An order is under way' : null)
  const isRunning = ['active', 'activating', 'reloading'].includes(line?.unit.state ?? '')
  const run = (action: ServiceAction) => () => line !== undefined && order(action, line)
  const isByItself = line?.unit.starts === 'enabled' || line?.unit.starts === 'linked'
  const hasChoice = isByItself || line?.unit.starts === 'disabled'
  const session = line?.unit.scope === 'user'
  return [
    {
      id: 'start',
      icon: 'play',
      text: 'Start',
      why: off ?? (isRunning ? ALREADY.start : null),
      run: run('start'),
    },
    {
      id: 'stop',
      icon: 'end',
      text: 'Stop…',
      keys: 'Del',
      why: off ?? (isRunning ? null : ALREADY.stop),
      run: run('stop'),
    },
    {
      id: 'restart',
      icon: 'restart',
      text: 'Restart…',
      why: off ?? (isRunning ? null : ALREADY.stop),
      run: run('restart'),
    },
    {
      id: 'starts',
      icon: 'clock',
      text: isByItself
        ? 'Start by hand only'
        : session
          ? 'Start with the session'
          : 'Start with the machine',
      why: off ?? (hasChoice ? null : 'It has no start of its own to switch'),
      run: run(isByItself ? 'disable' : 'enable'),
    },
  ]
}
