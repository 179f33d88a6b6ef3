import {
  useDeferredValue,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react'
import { useLocation } from 'wouter'
import { AppMenuPopup } from '../../components/app-menu.tsx'
import { Button } from '../../components/button.tsx'
import { Banners } from '../../components/banners.tsx'
import { copyText } from '../../components/copy-text.ts'
import { CommandBar } from '../../components/command-bar.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ColumnChooser } from '../../components/grid/column-chooser.tsx'
import { gridText } from '../../components/grid/grid-column.ts'
import { headOf, openMenuAt } from '../../components/grid/grid-focus.ts'
import { handleGridKey } from '../../components/grid/grid-keys.ts'
import { GridTable } from '../../components/grid/grid-table.tsx'
import { HoldChip } from '../../components/grid/hold-chip.tsx'
import { SaveMenu } from '../../components/grid/save-menu.tsx'
import { NO_SELECTION } from '../../components/grid/selection.ts'
import { useGridColumns } from '../../components/grid/use-grid-columns.ts'
import { useListAddress } from '../../components/grid/use-list-address.ts'
import { WaitingChip } from '../../components/grid/waiting-chip.tsx'
import { Icon } from '../../components/icon.tsx'
import { SelectionBar } from '../../components/selection-bar.tsx'
import { useOrderHold } from '../../components/use-order-hold.ts'
import { appProcessesHref } from '../../lib/app-links.ts'
import { absentFigures } from '../../lib/absent-figures.ts'
import { isCard } from '../../lib/gpu-card.ts'
import { tellsUsers } from '../../lib/gpu-use.ts'
import { parseFilter } from '../../lib/filter.ts'
import { portSentence } from '../../lib/port-sentence.ts'
import { clickSort, type Sort } from '../../lib/sort.ts'
import { openDetails, useCommands } from '../../stores/commands.ts'
import { isOld, useConnectionState } from '../../stores/connection.ts'
import { useGpuUses } from '../../stores/gpu-users.ts'
import { liveProcesses, useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { useCanTellNetwork, useNetworkUses } from '../../stores/network-use.ts'
import { usePorts } from '../../stores/ports.ts'
import { getPreferences, setPreference, usePreference } from '../../stores/preferences.ts'
import {
  APP_COLUMN_BY_ID,
  availableAppColumns,
  phoneAppColumns,
  SORTABLE_APP_COLUMNS,
  type AppColumn,
} from './app-columns.ts'
import { shownApps, type AppLine, type AppRowLine } from './app-lines.ts'
import { AppTableRow, figuresOf } from './app-row.tsx'
import { appsExport } from './apps-export.ts'
import { appSelection, endTextOf, targetsOf, titleOfLines } from './app-selection.ts'
import { AppsSentence } from './apps-sentence.tsx'
import { useAppLines } from './use-app-lines.ts'
import { useAppRowContext } from './use-app-row-context.ts'
import { useArrival } from './use-arrival.ts'

const ROW_HEIGHT = 36
const PHONE_ROW_HEIGHT = 52
const STANDARD_SORT: Sort = { column: 'cpu', descending: true }

export function AppsPage() {
  const { query, sort, setQuery, setSort } = useListAddress(SORTABLE_APP_COLUMNS, STANDARD_SORT)
  const [, navigate] = useLocation()
  const commands = useCommands()
  const live = useProcesses((state) => state)
  const openApps = usePreference('openApps')
  const isStale = isOld(useConnectionState('accuracy'))
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const [selection, setSelection] = useState(NO_SELECTION)
  const hold = useOrderHold()
  const scroller = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const gpu = useGpuUses()
  const hasGpuUsers = useStats((stats) => tellsUsers(stats?.gpus ?? []))
  const hasGpu = useStats((stats) => stats?.gpus.some(isCard) ?? false)
  const canTellNetwork = useCanTellNetwork()
  const available = useMemo(
    () => availableAppColumns({ hasGpuUsers, canTellNetwork }),
    [hasGpuUsers, canTellNetwork],
  )
  const table = useGridColumns({
    box,
    list: 'app',
    available,
    sortColumn: sort.column,
    onPhone: phoneAppColumns,
  })
  const { columns, isPhone } = table
  const typed = useMemo(() => parseFilter(query), [query])
  // What was typed is drawn first; the list follows in a task of its own.
  const filter = useDeferredValue(typed)
  const network = useNetworkUses(
    canTellNetwork && (columns.some(({ id }) => id === 'network') || filter.needs.has('network')),
  )
  const ports = usePorts(filter.needs.has('ports') ? 'now' : null)
  const cpuScale = usePreference('cpuScale')
  const { rows, sampledAtMs } = live
  const beside = useMemo(() => ({ gpu, network, rows }), [gpu, network, rows])
  const context = useAppRowContext(columns, beside)

  const filterContext = useMemo(
    () => ({
      nowMs: sampledAtMs ?? 0,
      cpuScale,
      ports: ports.index,
      network,
      ...(gpu !== null && { gpu }),
    }),
    [sampledAtMs, cpuScale, ports.index, network, gpu],
  )
  const open = useMemo(() => new Set(openApps), [openApps])
  const { isHeld } = hold
  const { lines, waiting } = useAppLines({
    live,
    gpu,
    network,
    filter,
    filterContext,
    sort,
    open,
    unfolded,
    isHeld,
  })
  const rowLines = useMemo(
    () => lines.filter((line): line is AppRowLine => line.kind !== 'section'),
    [lines],
  )
  useArrival(query, rowLines, (line) => {
    setSelection(appSelection.choose(line))
    scroller.current?.focus()
  })
  const picked = useMemo(
    () =>
      rowLines.filter(
        (line) => line.kind !== 'more' && !line.isEnded && selection.chosen.has(line.key),
      ),
    [rowLines, selection.chosen],
  )
  const targets = targetsOf(picked, live.rows)
  const isSuspended =
    targets.length > 0 && targets.every(({ pid }) => live.rows.get(pid)?.status === 'stopped')
  const only = picked.length === 1 ? picked[0] : undefined

  const openLine = (line: AppRowLine) => {
    // Of an app its oldest process, which started the others.
    const [first] = targetsOf([line], live.rows)
    if (line.kind === 'more') toggle(line)
    else if (first !== undefined) openDetails(first.pid, first.start_id)
  }
  const showOnly = () => {
    if (only !== undefined) navigate(appProcessesHref(only.app))
  }
  const toggle = (line: AppRowLine) => {
    if (line.kind === 'more') setUnfolded(new Set([...unfolded, line.app.id]))
    if (!line.isParent) return
    const others = getPreferences().openApps.filter((name) => name !== line.app.name)
    setPreference('openApps', line.isOpen ? others : [...others, line.app.name].slice(-500))
  }
  const openAll = () => {
    const apps = [...liveProcesses.get().apps.values()]
    setPreference('openApps', [...new Set(apps.map((app) => app.name))].slice(-500))
  }
  const sortBy = (column: AppColumn) => setSort(clickSort(sort, column.id, column.isText))
  const copy = () => {
    const text = gridText(columns, picked, (column, line) =>
      column.text(figuresOf(line, beside), context),
    )
    void copyText(text)
  }

  const onKey = (event: KeyboardEvent, pageSize: number) =>
    handleGridKey(event, {
      lines: rowLines,
      choosable: rowLines.filter(({ depth }) => depth === 0),
      selection,
      rules: appSelection,
      pageSize,
      setSelection: (next) => {
        setSelection(next)
        hold.keyMoved()
      },
      openAll,
      toggle,
      open: openLine,
      end: (force) => commands.end(targets, force),
      suspend: () => (isSuspended ? commands.resume(targets) : commands.suspend(targets)),
      holdOrder: hold.toggle,
      sortBy: (figure) => {
        const column = APP_COLUMN_BY_ID.get(figure)
        if (column !== undefined) sortBy(column)
      },
      copy,
      toHeader: () => headOf(scroller.current, sort.column)?.focus(),
      menu: (line) => openMenuAt(line.key),
    })

  const onPick = (line: AppLine | null, event: MouseEvent) => {
    if (line === null || line.kind === 'section') setSelection(NO_SELECTION)
    else if (line.kind === 'more') {
      if (event.type === 'click') toggle(line)
      else setSelection(NO_SELECTION)
    } else if (event.shiftKey) setSelection(appSelection.extend(selection, line, rowLines))
    else if (event.ctrlKey || event.metaKey) setSelection(appSelection.toggle(selection, line))
    else setSelection(appSelection.choose(line))
  }
  const endText = endTextOf(picked)
  const onDetails = only === undefined ? null : () => openLine(only)

  return (
    <>
      <AppsSentence shown={filter.isEmpty ? null : shownApps(lines)} />
      <Banners />
      <div className="tools">
        <FilterField
          label="Filter apps"
          placeholder={isPhone ? 'Name, user, :port' : 'Filter by name, user, :port'}
          query={query}
          filter={typed}
          onChange={setQuery}
          onLeave={() => scroller.current?.focus()}
        />
        <CommandBar
          targets={targets}
          count={picked.length}
          isSuspended={isSuspended}
          commands={commands}
          onDetails={onDetails}
          onMenu={hold.menuChanged}
          endText={endText}
        >
          <Button
            disabled={only === undefined}
            title={only === undefined ? 'Choose one row first' : undefined}
            onClick={showOnly}
          >
            <Icon name="processes" />
            <span className="t">Show processes</span>
          </Button>
        </CommandBar>
        <span className="cmds last">
          <span className="sep" />
          <SaveMenu
            table={() => appsExport(columns, lines, beside)}
            onOpenChange={hold.menuChanged}
          />
          <ColumnChooser
            available={table.available}
            shown={table.chosen}
            absent={absentFigures({ hasGpuUsers, hasGpu, canTellNetwork })}
            onChoose={table.choose}
            onOpenChange={hold.menuChanged}
          />
        </span>
      </div>
      <div className={isStale ? 'tablewrap comfortable stale' : 'tablewrap comfortable'} ref={box}>
        <GridTable
          label="Apps"
          role="treegrid"
          className="tree apps"
          lines={lines}
          cursor={selection.cursor}
          columns={columns}
          sort={sort}
          hold={hold}
          rowHeight={isPhone ? PHONE_ROW_HEIGHT : ROW_HEIGHT}
          scroller={scroller}
          renderRow={(line, index) => (
            <AppTableRow
              line={line}
              index={index}
              isSelected={selection.chosen.has(line.key)}
              isCursor={line.key === selection.cursor}
              context={context}
            />
          )}
          isChosen={(line) => selection.chosen.has(line.key)}
          onSort={sortBy}
          onWidth={table.setWidth}
          onOpen={(line) =>
            line.kind !== 'section' && (line.isParent ? toggle(line) : openLine(line))
          }
          onToggle={(line) => line.kind !== 'section' && toggle(line)}
          onKey={onKey}
          onPick={onPick}
          onHeld={null}
          menu={
            targets.length > 0 && (
              <AppMenuPopup
                title={titleOfLines(picked)}
                {...{ targets, isSuspended, commands, onDetails, endText }}
                onProcesses={only === undefined ? null : showOnly}
                onCopy={copy}
              />
            )
          }
        />
        <WaitingChip count={waiting} onShow={hold.letGo} />
        {hold.chip !== null && (
          <p className="hold-note" role="note">
            <HoldChip hold={hold} />
          </p>
        )}
        {lines.length === 0 && !filter.isEmpty && live.apps.size > 0 && (
          <NothingFound
            text={
              filter.ports.length === 0
                ? `No app matches “${query.trim()}”`
                : portSentence({
                    filter,
                    index: ports.index,
                    error: ports.error,
                    parties: [...live.apps.values()].map((app) => ({
                      name: app.name,
                      meets: (one) => one.matchesApp(app, rows, filterContext),
                    })),
                    noun: 'app',
                  })
            }
            onClear={() => setQuery('')}
          />
        )}
      </div>
      {isPhone && targets.length > 0 && (
        <SelectionBar
          label="Chosen apps"
          text={titleOfLines(picked)}
          {...{ targets, isSuspended, commands, endText }}
          onClear={() => setSelection(NO_SELECTION)}
        />
      )}
    </>
  )
}

function NothingFound({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <div className="empty">
      <div className="in">
        <span className="tile">
          <Icon name="search" />
        </span>
        <h2>{text}</h2>
        <div className="bs">
          <Button look="line" onClick={onClear}>
            Clear the filter <kbd>Esc</kbd>
          </Button>
        </div>
      </div>
    </div>
  )
}
