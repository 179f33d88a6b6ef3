import { findOnPort, findRunning, parsePaletteQuery } from '../../lib/palette-search.ts'
import { figuresOfHit, type RunningHit } from '../../lib/palette-search.ts'
import type { PortIndex } from '../../lib/port-index.ts'
import { openDetails } from '../../stores/commands.ts'
import { actionItems, type ActionContext } from './palette-actions.ts'
import { commandItems, pageItems } from './palette-commands.ts'
import { fittingItems, mainProcess, runningItems, type PaletteGroup } from './palette-items.ts'

export interface PaletteContext extends ActionContext {
  /** Who is on which port; `null`: not known yet. */
  readonly ports: PortIndex | null
  readonly isRailNarrow: boolean
  readonly showShortcuts: () => void
}

const MOST_RUNNING = 5
const MOST_ON_PORT = 12
const MOST_PAGES = 6
const MOST_COMMANDS = 6

/** Everything the palette answers to what was typed, in groups; the group of the best find comes first. */
export function paletteGroups(text: string, context: PaletteContext): PaletteGroup[] {
  const query = parsePaletteQuery(text)
  const isTyped = query.words.length > 0
  const commands = fittingItems(commandItems(context), query)
  if (query.commandsOnly) return groups([{ title: 'Commands', items: commands.items }])

  const hits =
    query.port === null
      ? findRunning(query, context.live, MOST_RUNNING)
      : context.ports === null
        ? []
        : findOnPort(query.port, context.live.rows, context.ports).slice(0, MOST_ON_PORT)
  const [best] = hits
  const running = runningItems(hits, context.live, (hit) => open(hit, context))
  const pages = fittingItems(pageItems(context.navigate), query)
  const programs: PaletteGroup[] = [
    { title: query.port === null ? 'Running now' : `On port ${query.port}`, items: running },
    ...(isTyped && best !== undefined ? [actionGroup(best, context)] : []),
  ]
  const places: PaletteGroup[] = [
    { title: 'Go to', items: pages.items.slice(0, MOST_PAGES) },
    { title: 'Commands', items: isTyped ? commands.items.slice(0, MOST_COMMANDS) : [] },
  ]
  if (commands.best > pages.best) places.reverse()
  const placesFirst = Math.max(pages.best, commands.best) > (best?.fit ?? 0)
  return groups(placesFirst ? [...places, ...programs] : [...programs, ...places])
}

export function actionGroup(hit: RunningHit, context: PaletteContext): PaletteGroup {
  return { title: `Do with ${figuresOfHit(hit).name}`, items: actionItems(hit, context) }
}

function groups(all: readonly PaletteGroup[]): PaletteGroup[] {
  return all.filter((group) => group.items.length > 0)
}

function open(hit: RunningHit, { live, navigate }: PaletteContext): void {
  const main = mainProcess(hit, live)
  if (main !== undefined) openDetails(main.pid, main.start_id)
  else navigate(`/apps?q=${encodeURIComponent(`"${figuresOfHit(hit).name}" `)}`)
}
