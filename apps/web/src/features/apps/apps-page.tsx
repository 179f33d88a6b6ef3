import type { ProcessRow } from '@taskmanager/contracts'
import { ContextMenu } from '@base-ui/react/context-menu'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { Button } from '../../components/button.tsx'
import { Banners } from '../../components/banners.tsx'
import { CommandBar } from '../../components/command-bar.tsx'
import { CommandMenuPopup } from '../../components/command-menu.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { Icon } from '../../components/icon.tsx'
import { useOrderHold } from '../../components/use-order-hold.ts'
import { parseFilter } from '../../lib/filter.ts'
import { formatBytes, formatCount, formatPercent } from '../../lib/format.ts'
import { clickSort, parseSort, printSort } from '../../lib/sort.ts'
import { openDetails, useCommands, type Target } from '../../stores/commands.ts'
import { isSilent, useConnectionState } from '../../stores/connection.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { getPreferences, setPreference, usePreference } from '../../stores/preferences.ts'
import {
  APP_COLUMN_BY_ID,
  APP_COLUMNS,
  fittingAppColumns,
  type AppColumn,
  type AppColumnId,
} from './app-columns.ts'
import { AppsHeader } from './apps-header.tsx'
import { appLines, appSortValue, type AppLine } from './app-lines.ts'
import { AppTableRow, type AppRowContext } from './app-row.tsx'

const ROW_HEIGHT = 36
const PHONE_ROW_HEIGHT = 52
const HEADER_HEIGHT = 48
const LEAST_DISK_SCALE = 10e6
const SORTABLE = APP_COLUMNS.filter((column) => column.sortable).map((column) => column.id)

export function AppsPage() {
  const [params, setParams] = useSearchParams()
  const [, navigate] = useLocation()
  const commands = useCommands()
  const query = params.get('q') ?? ''
  const sortText = params.get('sort')
  const sort = useMemo(
    () => parseSort(sortText, SORTABLE, { column: 'cpu', descending: true }),
    [sortText],
  )
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const live = useProcesses((state) => state)
  const memoryTotal = useStats((stats) => stats?.memory_total ?? null)
  const cpuScale = usePreference('cpuScale')
  const openApps = usePreference('openApps')
  const isStale = isSilent(useConnectionState('accuracy'))
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const [cursor, setCursor] = useState<string | null>(null)
  const hold = useOrderHold()
  const { isHeld } = hold
  const scroller = useRef<HTMLDivElement>(null)
  const room = useRoom(scroller)

  const held = useMemo(
    () =>
      isHeld
        ? new Map([...live.apps.values()].map((app) => [app.id, appSortValue(app, sort)]))
        : null,
    // Frozen at the moment of holding: what arrives later must not move it.
    // oxlint-disable-next-line react/exhaustive-deps
    [isHeld, sort],
  )
  const lines = useMemo(
    () =>
      appLines({
        apps: live.apps.values(),
        rows: live.rows,
        query,
        sort,
        open: new Set(openApps),
        unfolded,
        held,
      }),
    [live.apps, live.rows, query, sort, openApps, unfolded, held],
  )
  const columns = useMemo(() => fittingAppColumns(room, sort.column), [room, sort.column])
  const rowHeight = room > 0 && room < 640 ? PHONE_ROW_HEIGHT : ROW_HEIGHT
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
    getItemKey: (index) => lines[index]?.key ?? index,
  })
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight])
  const items = virtualizer.getVirtualItems()

  const context: AppRowContext = {
    columns,
    seq: live.sampledAtMs ?? 0,
    nowMs: live.sampledAtMs ?? 0,
    cpuFactor: cpuScale === 'core' ? (live.logicalCpuCount ?? 1) : 1,
    cpuCount: live.logicalCpuCount ?? 1,
    memoryTotal,
    diskScale: LEAST_DISK_SCALE,
    rows: live.rows,
  }
  const line = lines.find((one) => one.key === cursor)
  const targets = targetsOf(line, live.rows)
  const isSuspended =
    targets.length > 0 && targets.every(({ pid }) => live.rows.get(pid)?.status === 'stopped')
  // Of an app its oldest process, which started the others.
  const only = line?.kind === 'process' ? line.row : live.rows.get(targets[0]?.pid ?? 0)
  const onDetails = only === undefined ? null : () => openDetails(only.pid, only.start_id)
  const showProcesses = () => {
    if (line === undefined || line.kind === 'section') return
    const { unit, name } = line.app
    const text = unit === null ? `"${name}"` : `unit:"${unit}"`
    navigate(`/processes?view=flat&q=${encodeURIComponent(`${text} `)}`)
  }

  const toggle = (one: AppLine) => {
    if (one.kind === 'more') setUnfolded(new Set([...unfolded, one.app.id]))
    if (one.kind !== 'app' || one.app.process_count < 2) return
    const others = getPreferences().openApps.filter((name) => name !== one.app.name)
    setPreference('openApps', one.isOpen ? others : [...others, one.app.name].slice(-500))
  }
  const move = (to: number, by: number) => {
    let at = Math.max(0, Math.min(lines.length - 1, to))
    while (lines[at]?.kind === 'section' && lines[at + by] !== undefined) at += by
    const next = lines[at]
    if (next === undefined || next.kind === 'section') return
    setCursor(next.key)
    hold.keyMoved()
    virtualizer.scrollToIndex(at, { align: 'auto' })
  }
  const sortBy = (column: AppColumn) =>
    set('sort', printSort(clickSort(sort, column.id, column.isText)))
  const sortById = (id: AppColumnId) => {
    const column = APP_COLUMN_BY_ID.get(id)
    if (column !== undefined) sortBy(column)
  }
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return
    const at = lines.findIndex((one) => one.key === cursor)
    const page = Math.floor((event.currentTarget.clientHeight - HEADER_HEIGHT) / rowHeight)
    const keys: Record<string, () => void> = {
      ArrowDown: () => move(at + 1, 1),
      ArrowUp: () => move(at - 1, -1),
      PageDown: () => move(at + page, 1),
      PageUp: () => move(at - page, -1),
      Home: () => move(0, 1),
      End: () => move(lines.length - 1, -1),
      ArrowRight: () => line?.kind === 'app' && !line.isOpen && toggle(line),
      ArrowLeft: () => {
        if (line?.kind === 'app' && line.isOpen) toggle(line)
        else if (line !== undefined && line.kind !== 'app' && line.kind !== 'section') {
          setCursor(`app:${line.app.id}`)
        }
      },
      Enter: () => (line?.kind === 'more' ? toggle(line) : onDetails?.()),
      Delete: () => commands.canControl && commands.end(targets, event.shiftKey),
      Escape: () => setCursor(null),
      ' ': hold.toggle,
      '*': () =>
        setPreference('openApps', [...live.apps.values()].map((app) => app.name).slice(-500)),
      ...(getPreferences().letterShortcuts && {
        c: () => sortById('cpu'),
        m: () => sortById('memory'),
        d: () => sortById('disk'),
        s: () =>
          commands.canControl &&
          (isSuspended ? commands.resume(targets) : commands.suspend(targets)),
      }),
    }
    const act = keys[event.key]
    if (act === undefined) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const lineAt = (target: EventTarget): AppLine | undefined => {
    const row = (target as HTMLElement).closest<HTMLElement>('[data-key]')
    return lines.find((one) => one.key === row?.dataset['key'])
  }
  const template = columns
    .map((column) => (column.id === 'name' ? 'minmax(0, 1fr)' : `${column.width}px`))
    .join(' ')

  return (
    <>
      <AppsSentence />
      <Banners />
      <div className="tools">
        <FilterField
          label="Filter apps"
          placeholder="Filter apps"
          query={query}
          filter={NO_FIELDS}
          onChange={(text) => set('q', text)}
          onLeave={() => scroller.current?.focus()}
        />
        <CommandBar
          targets={targets}
          isSuspended={isSuspended}
          commands={commands}
          onDetails={onDetails}
          endText={line?.kind === 'process' ? 'End' : 'Close app'}
        >
          <Button disabled={targets.length === 0} onClick={showProcesses}>
            <Icon name="processes" />
            <span className="t">Show processes</span>
          </Button>
        </CommandBar>
      </div>
      <div className={isStale ? 'tablewrap comfortable stale' : 'tablewrap comfortable'}>
        <ContextMenu.Root onOpenChange={hold.menuChanged}>
          <ContextMenu.Trigger
            render={<div />}
            ref={scroller}
            role="treegrid"
            aria-label="Apps"
            aria-rowcount={lines.length + 1}
            aria-colcount={columns.length}
            tabIndex={0}
            className="gridtable tree apps"
            style={{ '--cols': template } as CSSProperties}
            {...(items.some((item) => item.key === cursor) && {
              'aria-activedescendant': `app-row-${cursor}`,
            })}
            onKeyDown={onKey}
            onContextMenu={(event) => setCursor(lineAt(event.target)?.key ?? null)}
          >
            <AppsHeader
              columns={columns}
              sort={sort}
              diskScale={context.diskScale}
              onSort={sortBy}
            />
            {/* The grid around it has the keys for each of these. */}
            {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions */}
            <div
              role="rowgroup"
              className="rows"
              style={{ height: virtualizer.getTotalSize() }}
              onPointerEnter={(event) => event.pointerType === 'mouse' && hold.pointerEntered()}
              onPointerLeave={hold.pointerLeft}
              onClick={(event) => {
                const one = lineAt(event.target)
                if (one === undefined || one.kind === 'section') return setCursor(null)
                setCursor(one.key)
                const onArrow = (event.target as HTMLElement).closest('.tw') !== null
                if (onArrow || one.kind === 'more') toggle(one)
              }}
              onDoubleClick={(event) => {
                const one = lineAt(event.target)
                if (one !== undefined) toggle(one)
              }}
            >
              <div
                role="presentation"
                className="layer"
                style={{
                  transform: `translateY(${(items[0]?.start ?? HEADER_HEIGHT) - HEADER_HEIGHT}px)`,
                }}
              >
                {items.map((item) => {
                  const one = lines[item.index]
                  return (
                    one !== undefined && (
                      <AppTableRow
                        key={one.key}
                        line={one}
                        index={item.index}
                        isSelected={one.key === cursor}
                        isCursor={one.key === cursor}
                        context={context}
                      />
                    )
                  )
                })}
              </div>
            </div>
          </ContextMenu.Trigger>
          {targets.length > 0 && line !== undefined && line.kind !== 'section' && (
            <CommandMenuPopup
              title={
                line.kind === 'process' ? `${line.row.name}, PID ${line.row.pid}` : line.app.name
              }
              targets={targets}
              isSuspended={isSuspended}
              commands={commands}
              onDetails={onDetails}
              extras={[[{ icon: 'processes', text: 'Show processes', run: showProcesses }]]}
            />
          )}
        </ContextMenu.Root>
        {hold.chip !== null && (
          <p className="hold-note chip note" role="note">
            <Icon name="pause" size="s" />
            {hold.chip}
          </p>
        )}
        {lines.length === 0 && query !== '' && live.apps.size > 0 && (
          <div className="empty">
            <div className="in">
              <span className="tile">
                <Icon name="search" />
              </span>
              <h2>No app matches “{query.trim()}”</h2>
              <div className="bs">
                <Button look="line" onClick={() => set('q', '')}>
                  Clear the filter <kbd>Esc</kbd>
                </Button>
              </div>
            </div>
          </div>
        )}
      </div>
    </>
  )
}

const NO_FIELDS = parseFilter('')

function AppsSentence() {
  const apps = useProcesses((state) => state.apps)
  const isFirst = useProcesses((state) => state.intervalMs === null)
  const leader = useMemo(
    () =>
      [...apps.values()].reduce<{
        name: string
        cpu: number
        memory: number | null
        count: number
      } | null>(
        (best, app) =>
          app.cpu_percent !== null && app.cpu_percent > (best?.cpu ?? 0)
            ? { name: app.name, cpu: app.cpu_percent, memory: app.memory, count: app.process_count }
            : best,
        null,
      ),
    [apps],
  )
  return (
    <div className="pagehead">
      <h1 className="sentence">
        {apps.size === 0 ? 'Reading the list…' : <b>{formatCount(apps.size)} apps.</b>}{' '}
        {isFirst && apps.size > 0 && 'Measuring CPU and rates, one second…'}
        {leader !== null && (
          <>
            {leader.name} uses <b>{formatPercent(leader.cpu, 1)}</b> of the CPU and{' '}
            <b>{formatBytes(leader.memory)}</b> in {formatCount(leader.count)}{' '}
            {leader.count === 1 ? 'process' : 'processes'}.
          </>
        )}
      </h1>
    </div>
  )
}

/** Every process a line stands for, by identity; the service never widens this list. */
function targetsOf(line: AppLine | undefined, rows: ReadonlyMap<number, ProcessRow>): Target[] {
  if (line === undefined || line.kind === 'section') return []
  const chosen =
    line.kind === 'process'
      ? [line.row]
      : line.kind === 'more'
        ? line.rows
        : line.app.pids.flatMap((pid) => rows.get(pid) ?? [])
  return chosen.map(({ pid, start_id, name, user }) => ({ pid, start_id, name, user }))
}

function useRoom(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (box.current === null) return
    const element = box.current
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return width
}
