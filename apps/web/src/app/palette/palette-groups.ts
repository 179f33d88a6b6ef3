import { appHref } from '../../lib/app-links.ts'
import {
  figuresOfHit,
  findOnPort,
  findRunning,
  parsePaletteQuery,
  pidOf,
  type PaletteQuery,
  type RunningHit,
} from '../../lib/palette-search.ts'
import type { PortIndex } from '../../lib/port-index.ts'
import { openDetails } from '../../stores/commands.ts'
import { actionItems, type ActionContext } from './palette-actions.ts'
import { commandItems, pageItems } from './palette-commands.ts'
import {
  fittingItems,
  mainProcess,
  runningItems,
  type PaletteGroup,
  type PaletteItem,
} from './palette-items.ts'

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

  const named = query.port === null ? findRunning(query, context.live, MOST_RUNNING) : []
  if (named.length === 0 && query.asked !== null) {
    const asked = askedGroups(query.asked, context)
    if (asked.length > 0) return asked
  }
  const onPort = hitsOnPort(query, context)
  const held = new Set(onPort.map((hit) => hit.id))
  const hits = [...onPort, ...named.filter((hit) => !held.has(hit.id))]
  hits.sort((a, b) => b.fit - a.fit)
  const [best] = hits
  const items = (list: readonly RunningHit[]) =>
    runningItems(list, context.live, (hit) => open(hit, context))
  const pages = fittingItems(pageItems(context.navigate), query)
  const programs: PaletteGroup[] = [
    { title: 'Running now', items: items(hits.filter((hit) => !held.has(hit.id))) },
    { title: `On port ${portOf(query)}`, items: items(onPort) },
  ]
  if (best !== undefined && held.has(best.id)) programs.reverse()
  if (isTyped && best !== undefined) programs.push(actionGroup(best, context))
  const places: PaletteGroup[] = [
    { title: 'Go to', items: pages.items.slice(0, MOST_PAGES) },
    { title: 'Commands', items: isTyped ? commands.items.slice(0, MOST_COMMANDS) : [] },
  ]
  if (commands.best > pages.best) places.reverse()
  const placesFirst = Math.max(pages.best, commands.best) > (best?.fit ?? 0)
  return groups(placesFirst ? [...places, ...programs] : [...programs, ...places])
}

/** `:8000` asks for a port; digits alone may be one, too. */
export function portOf({ port, pid }: PaletteQuery): number | null {
  if (port !== null || pid === null) return port
  return Number(pid) <= 65_535 ? Number(pid) : null
}

function hitsOnPort(query: PaletteQuery, { live, ports }: PaletteContext): RunningHit[] {
  const port = portOf(query)
  if (port === null || ports === null) return []
  const hits = findOnPort(port, live.rows, ports)
  // Of digits only who listens is meant: many are connected to a port that reads like a PID.
  const meant = query.port === null ? hits.filter(({ fit }) => fit === hits[0]?.fit) : hits
  return meant.slice(0, MOST_ON_PORT)
}

/** `kill firefox`: that first, then what else can be done to it, then others of the name. */
function askedGroups(
  { action, words }: NonNullable<PaletteQuery['asked']>,
  context: PaletteContext,
): PaletteGroup[] {
  const hits = findRunning({ words, pid: pidOf(words) }, context.live, MOST_RUNNING)
  const [best] = hits
  if (best === undefined) return []
  const group = actionGroup(best, context)
  const first = (item: PaletteItem) => Number(item.id === action)
  return [
    { ...group, items: group.items.toSorted((a, b) => first(b) - first(a)) },
    {
      title: 'Running now',
      items: runningItems(hits, context.live, (hit) => open(hit, context)),
    },
  ]
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
  else navigate(appHref(figuresOfHit(hit).name))
}
