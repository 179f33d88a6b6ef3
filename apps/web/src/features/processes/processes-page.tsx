import { useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { copyText } from '../../components/copy-text.ts'
import { Segments } from '../../components/button.tsx'
import { CommandBar } from '../../components/command-bar.tsx'
import { CommandMenuPopup } from '../../components/command-menu.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ColumnChooser } from '../../components/grid/column-chooser.tsx'
import { gridText } from '../../components/grid/grid-column.ts'
import { headOf, openMenuAt } from '../../components/grid/grid-focus.ts'
import { handleGridKey } from '../../components/grid/grid-keys.ts'
import { GridTable } from '../../components/grid/grid-table.tsx'
import { HoldChip } from '../../components/grid/hold-chip.tsx'
import { WaitingChip } from '../../components/grid/waiting-chip.tsx'
import { SaveMenu } from '../../components/grid/save-menu.tsx'
import { NO_SELECTION } from '../../components/grid/selection.ts'
import { useDiskScale, useNetworkScale } from '../../components/grid/use-machine-totals.ts'
import { useRowHeight } from '../../components/grid/use-row-height.ts'
import { SelectionBar } from '../../components/selection-bar.tsx'
import { useOrderHold } from '../../components/use-order-hold.ts'
import { clickSort } from '../../lib/sort.ts'
import { openDetails, targetOf, useCommands } from '../../stores/commands.ts'
import { isOld, useConnectionState } from '../../stores/connection.ts'
import { useGpuUses } from '../../stores/gpu-users.ts'
import { liveProcesses, useProcesses } from '../../stores/live-processes.ts'
import { useCanTellNetwork, useNetworkUses } from '../../stores/network-use.ts'
import { usePorts } from '../../stores/ports.ts'
import { usePreference } from '../../stores/preferences.ts'
import { ActionSheet } from './action-sheet.tsx'
import { cellText, COLUMN_BY_ID, type Column } from './columns.ts'
import { EmptyResult } from './empty-result.tsx'
import { ListSentence } from './list-sentence.tsx'
import { chosenLines, namesAbove, namesOfParents } from './list-targets.ts'
import { CursorEnded, FilterCount } from './page-announcements.tsx'
import { ProcessTableRow } from './process-row.tsx'
import type { ViewRow } from './process-view.ts'
import { processesExport } from './processes-export.ts'
import { QuickChips } from './quick-chips.tsx'
import { rowExtras } from './row-extras.ts'
import { choosable, identityOf, isProcess, processSelection } from './selection.ts'
import { SortSelect } from './sort-select.tsx'
import { useAddress } from './use-address.ts'
import { useAskedFigures } from './use-asked-figures.ts'
import { useBranches } from './use-branches.ts'
import { useColumns } from './use-columns.ts'
import { useCursorFollow } from './use-cursor-follow.ts'
import { useProcessView } from './use-process-view.ts'
import { useRowContext } from './use-row-context.ts'

export function ProcessesPage() {
  const address = useAddress()
  const { query, filter, sort, tree, opened } = address
  const [, navigate] = useLocation()
  const commands = useCommands()
  const cpuScale = usePreference('cpuScale')
  const hold = useOrderHold()
  const branches = useBranches(!filter.isEmpty)
  const [selection, setSelection] = useState(NO_SELECTION)
  /** On a phone: taps choose, after a finger rested on a row. */
  const [isPicking, setPicking] = useState(false)
  const [sheetKey, setSheetKey] = useState<string | null>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const table = useColumns(box, sort.column)
  const { columns, isPhone } = table
  const ports = usePorts(filter.needs.has('ports') ? 'now' : 'idle')
  const gpu = useGpuUses()
  const asked = useAskedFigures(columns)
  const canTellNetwork = useCanTellNetwork()
  const network = useNetworkUses(
    canTellNetwork &&
      (columns.some(({ id }) => id === 'network') ||
        filter.needs.has('network') ||
        sheetKey !== null),
  )
  const view = useProcessView({
    filter,
    sort,
    tree,
    cpuScale,
    open: branches.open,
    unfolded: branches.unfolded,
    isHeld: hold.isHeld,
    gpu,
    asked,
    network,
    ports: ports.index,
  })
  const rowHeight = useRowHeight(isPhone)
  const diskScale = useDiskScale()
  const networkScale = useNetworkScale()
  const user = useProcesses((live) => live.capabilities?.user ?? null)
  const isStale = isOld(useConnectionState('accuracy'))
  const { context, newKeys } = useRowContext({
    sampledAtMs: view.sampledAtMs,
    columns,
    diskScale,
    networkScale,
    network,
    tree,
    isPhone,
    ports: ports.index,
    asked,
    askedPorts: filter.ports,
  })
  useCursorFollow(view.rows, selection, setSelection)

  const picked = useMemo(
    () => chosenLines(view.rows, selection.chosen),
    [view.rows, selection.chosen],
  )
  const targets = picked.map(({ row }) => targetOf(row))
  const first = picked[0]
  const isSuspended = picked.length > 0 && picked.every((one) => one.row.status === 'stopped')
  const showDetails =
    first === undefined || picked.length > 1
      ? null
      : () => openDetails(first.row.pid, first.row.start_id)

  // A shared link opens on its process; while the drawer is open it follows the selection.
  const [openedBefore, setOpenedBefore] = useState<string | null>(null)
  if (opened !== openedBefore) {
    setOpenedBefore(opened)
    if (opened !== null && selection.cursor === null) {
      setSelection({ chosen: new Set([opened]), cursor: opened, anchor: opened })
    }
  }
  const follow = (line: ViewRow) => {
    if (opened !== null && isProcess(line)) address.setOpened(identityOf(line))
  }

  const { toggle: toggleBranch } = branches
  const open = (line: ViewRow) => {
    if (line.kind === 'fold') toggleBranch(line)
    else if (isProcess(line)) openDetails(line.row.pid, line.row.start_id)
  }
  const sortBy = (column: Column) => address.setSort(clickSort(sort, column.id, column.isText))
  const copy = () => {
    const text = gridText(columns, picked, (column, line) =>
      cellText(column, line.row, line.figures, context),
    )
    void copyText(text)
  }
  const clear = () => {
    setSelection(NO_SELECTION)
    setPicking(false)
  }
  const showBranch = (line: ViewRow) => {
    address.setQuery('')
    address.setTree(true)
    branches.set(namesAbove(liveProcesses.get().rows, line.row), true)
    setSelection(processSelection.choose(line))
  }
  const extrasOf = (line: ViewRow | undefined) =>
    rowExtras(line, {
      showApp: (text) => navigate(`/apps?q=${encodeURIComponent(text)}`),
      showBranch,
      setQuery: address.setQuery,
      end: commands.reason === null ? (all) => commands.end(all, false) : null,
      copy,
    })

  const onKey = (event: KeyboardEvent, pageSize: number) =>
    handleGridKey(event, {
      lines: view.rows,
      choosable: choosable(view.rows),
      selection,
      rules: processSelection,
      pageSize,
      setSelection: (next, line) => {
        setSelection(next)
        hold.keyMoved()
        if (line !== null) follow(line)
      },
      openAll: () => branches.set(namesOfParents(liveProcesses.get().rows), true),
      toggle: toggleBranch,
      open,
      end: (force) => commands.end(targets, force),
      suspend: () => (isSuspended ? commands.resume(targets) : commands.suspend(targets)),
      flip: () => address.setTree(!tree),
      holdOrder: hold.toggle,
      sortBy: (figure) => {
        const column = COLUMN_BY_ID.get(figure === 'disk' ? 'write' : figure)
        if (column !== undefined) sortBy(column)
      },
      copy,
      toHeader: () => headOf(scroller.current, sort.column)?.focus(),
      menu: (line) => openMenuAt(line.key),
    })

  const onPick = (line: ViewRow | null, event: MouseEvent) => {
    const add = event.ctrlKey || event.metaKey || (isPhone && isPicking)
    if (line === null) clear()
    else if (line.kind === 'fold') {
      if (event.type === 'click') toggleBranch(line)
      else clear()
    } else if (event.shiftKey) setSelection(processSelection.extend(selection, line, view.rows))
    else if (add) {
      const next = processSelection.toggle(selection, line)
      setSelection(next)
      if (next.chosen.size === 0) setPicking(false)
    } else {
      setSelection(processSelection.choose(line))
      if (isPhone && event.type === 'click' && isProcess(line)) setSheetKey(line.key)
      else follow(line)
    }
  }
  const onHeld = (line: ViewRow) => {
    if (!isProcess(line)) return
    setPicking(true)
    setSelection(processSelection.toggle(isPicking ? selection : NO_SELECTION, line))
  }
  const sheet = isPhone ? view.rows.find((line) => line.key === sheetKey) : undefined

  return (
    <>
      <ListSentence view={view} isFiltered={!filter.isEmpty} />
      <Banners />
      <div className="tools">
        <FilterField
          label="Filter processes"
          placeholder={isPhone ? 'Name, PID, user, :port' : 'Filter by name, PID, user, :port'}
          query={query}
          filter={filter}
          onChange={address.setQuery}
          onLeave={() => scroller.current?.focus()}
        />
        {isPhone ? (
          <SortSelect
            sort={sort}
            columns={table.available}
            onChange={sortBy}
            onReverse={() => address.setSort({ ...sort, descending: !sort.descending })}
          />
        ) : (
          <Segments
            label="View"
            value={tree ? 'tree' : 'flat'}
            options={[
              { value: 'tree', text: 'Tree' },
              { value: 'flat', text: 'Flat' },
            ]}
            onChange={(value) => address.setTree(value === 'tree')}
          />
        )}
        <CommandBar
          targets={targets}
          isSuspended={isSuspended}
          commands={commands}
          onDetails={showDetails}
          onMenu={hold.menuChanged}
        />
        <span className="cmds last">
          <span className="sep" />
          <SaveMenu
            table={() => processesExport({ columns, view, sort, gpu, asked, network })}
            onOpenChange={hold.menuChanged}
          />
          <ColumnChooser
            available={table.available}
            shown={table.chosen}
            absent={table.absent}
            onChoose={table.choose}
            onOpenChange={hold.menuChanged}
          />
        </span>
      </div>
      <div className="chips">
        <QuickChips
          query={query}
          user={user}
          cpuScale={cpuScale}
          ports={ports.index}
          gpu={gpu}
          onChange={address.setQuery}
        />
        <HoldChip hold={hold} />
      </div>
      <div className={isStale ? 'tablewrap stale' : 'tablewrap'} ref={box}>
        <GridTable
          label="Processes"
          role={tree ? 'treegrid' : 'grid'}
          className={`${tree ? 'tree' : 'flat'}${isPhone ? ' phone-rows' : ''}`}
          lines={view.rows}
          cursor={selection.cursor}
          columns={columns}
          sort={sort}
          hold={hold}
          rowHeight={rowHeight}
          scroller={scroller}
          renderRow={(line, index) => (
            <ProcessTableRow
              id={`row-${line.key}`}
              line={line}
              index={index}
              isSelected={isProcess(line) && selection.chosen.has(identityOf(line))}
              isCursor={line.key === selection.cursor}
              isNew={line.kind === 'process' && newKeys.has(identityOf(line))}
              context={context}
            />
          )}
          isChosen={(line) => selection.chosen.has(identityOf(line))}
          onSort={sortBy}
          onWidth={table.setWidth}
          onOpen={open}
          onToggle={toggleBranch}
          onKey={onKey}
          onPick={onPick}
          onHeld={isPhone ? onHeld : null}
          menu={
            targets.length > 0 && (
              <CommandMenuPopup
                title={
                  targets.length > 1
                    ? `${targets.length} processes`
                    : `${first?.row.name}, PID ${first?.row.pid}`
                }
                targets={targets}
                isSuspended={isSuspended}
                commands={commands}
                onDetails={showDetails}
                extras={extrasOf(first)}
              />
            )
          }
        />
        <WaitingChip count={view.waiting} onShow={hold.letGo} />
        {view.rows.length === 0 && !filter.isEmpty && view.total > 0 && (
          <EmptyResult
            query={query}
            filter={filter}
            ports={ports}
            context={{ cpuScale, network, ...(gpu !== null && { gpu }) }}
            onChange={address.setQuery}
          />
        )}
      </div>
      {isPhone && isPicking && (
        <SelectionBar
          label="Chosen processes"
          text={`${targets.length} selected`}
          targets={targets}
          isSuspended={isSuspended}
          commands={commands}
          onClear={clear}
        />
      )}
      {sheet !== undefined && (
        <ActionSheet
          line={sheet}
          network={canTellNetwork ? network : undefined}
          target={targetOf(sheet.row)}
          commands={commands}
          extras={extrasOf(sheet)}
          onDetails={() => open(sheet)}
          onBranch={sheet.isParent ? () => toggleBranch(sheet) : null}
          onClose={() => setSheetKey(null)}
        />
      )}
      <FilterCount isFiltered={!filter.isEmpty} count={view.matched.length} />
      <CursorEnded lines={view.rows} cursor={selection.cursor} />
    </>
  )
}
