import type { StartupAction } from '@taskmanager/contracts'
import type { ListCommand } from '../../components/list-commands.tsx'
import type { StartupLine } from './startup-lines.ts'

interface CommandsInput {
  readonly line: StartupLine | undefined
  /** Why no command works; `null`: they do. */
  readonly reason: string | null
  readonly isBusy: boolean
  readonly order: (action: StartupAction, line: StartupLine) => void
  readonly showProcesses: (line: StartupLine) => void
}

const NOT_KNOWN = 'Whether it is disabled is not known'

/** The commands of the bar and of the menu, in order. */
export function startupCommands(input: CommandsInput): ListCommand[] {
  const { line, reason, isBusy, order, showProcesses } = input
  const none = line === undefined ? 'Choose a line first' : null
  const fixed = line?.item.fixed ?? (line?.item.state === null ? NOT_KNOWN : null)
  const off = none ?? reason ?? fixed ?? (isBusy ? 'An order is under way' : null)
  const isDisabled = line?.item.state === 'disabled'
  const run = (action: StartupAction) => () => line !== undefined && order(action, line)
  return [
    {
      id: 'enable',
      icon: 'play',
      text: 'Enable',
      why: off ?? (isDisabled ? null : 'It is not disabled'),
      run: run('enable'),
    },
    {
      id: 'disable',
      icon: 'end',
      text: 'Disable',
      why: off ?? (isDisabled ? 'It is disabled already' : null),
      run: run('disable'),
    },
    {
      id: 'processes',
      icon: 'processes',
      text: 'Show processes',
      keys: '↵',
      why: none ?? (line?.processes.length === 0 ? 'None is known to be of it' : null),
      run: () => line !== undefined && showProcesses(line),
    },
  ]
}
