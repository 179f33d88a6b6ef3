import { formatBytes, formatPercent, formatRate } from '../lib/format.ts'
import { appHistory, liveProcesses, type AppFigure } from '../stores/live-processes.ts'

const SECONDS = 60
const MOST = 3

/** A program and its figure, as a line of a card. */
export interface UserThen {
  readonly name: string
  readonly text: string
}

/** The three biggest apps at a second of the last minute; older seconds are not kept by app. */
function biggestThen(
  figure: AppFigure,
  atMs: number,
  { format, least }: { readonly format: (value: number) => string; readonly least: number },
): UserThen[] {
  const { apps, sampledAtMs } = liveProcesses.get()
  if (sampledAtMs === null) return []
  const back = Math.floor(sampledAtMs / 1000) - Math.floor(atMs / 1000)
  if (back < 0 || back >= SECONDS) return []
  const then: { name: string; value: number }[] = []
  for (const app of apps.values()) {
    const value = appHistory(figure, app.id)?.[SECONDS - 1 - back]
    if (value !== undefined && value >= least) then.push({ name: app.name, value })
  }
  return then
    .toSorted((a, b) => b.value - a.value)
    .slice(0, MOST)
    .map(({ name, value }) => ({ name, text: format(value) }))
}

export const biggestOnCpu = (atMs: number): UserThen[] =>
  biggestThen('cpu', atMs, { format: (value) => formatPercent(value, 1), least: 0.1 })
export const biggestInMemory = (atMs: number): UserThen[] =>
  biggestThen('memory', atMs, { format: formatBytes, least: 1 })
export const biggestOnDisk = (atMs: number): UserThen[] =>
  biggestThen('disk', atMs, { format: formatRate, least: 1 })
