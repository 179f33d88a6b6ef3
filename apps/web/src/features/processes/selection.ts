import { selectionOf } from '../../components/grid/selection.ts'
import type { ViewRow } from './process-view.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

/** A process that can be chosen: neither a fold nor those that are gone. */
export const isProcess = ({ kind }: ViewRow): boolean => kind === 'process' || kind === 'itself'

/** `pid.start_id` of the process a line stands for. */
export const identityOf = (line: ViewRow): string => keyOfProcess(line.row)

export const processSelection = selectionOf((line: ViewRow) =>
  isProcess(line) ? identityOf(line) : null,
)

/** All that is shown: ancestors of matches are only there to place them. */
export const choosable = (lines: readonly ViewRow[]): readonly ViewRow[] =>
  lines.filter((line) => !line.isDimmed)
