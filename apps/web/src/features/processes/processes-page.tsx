import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { Segments } from '../../components/button.tsx'
import { CommandBar } from '../../components/command-bar.tsx'
import { CommandMenuPopup } from '../../components/command-menu.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { useOrderHold } from '../../components/use-order-hold.ts'
import type { Filter } from '../../lib/filter.ts'
import { clickSort } from '../../lib/sort.ts'
import { openDetails, useCommands } from '../../stores/commands.ts'
import { isSilent, useConnectionState } from '../../stores/connection.ts'
import { useGpuUses } from '../../stores/gpu-users.ts'
import { liveProcesses } from '../../stores/live-processes.ts'
import { useSystem } from '../../stores/live-stats.ts'
import { usePorts } from '../../stores/ports.ts'
import { usePreference } from '../../stores/preferences.ts'
import { ActionSheet } from './action-sheet.tsx'
import { ColumnChooser } from './column-chooser.tsx'
import { COLUMN_BY_ID, type Column } from './columns.ts'
import { rowsAsText } from './copy-rows.ts'
import { EmptyResult } from './empty-result.tsx'
import { headOf, openMenuAt } from './grid-focus.ts'
import { HoldChip } from './hold-chip.tsx'
import { ListSentence } from './list-sentence.tsx'
import { chosenLines, namesAbove, namesOfParents, targetOf } from './list-targets.ts'
import { CursorEnded, FilterCount } from './page-announcements.tsx'
import { ProcessTable } from './process-table.tsx'
import type { ViewRow } from './process-view.ts'
import { QuickChips } from './quick-chips.tsx'
import { rowExtras } from './row-extras.ts'
import { choose, extend, identityOf, isProcess, NO_SELECTION, toggle } from './selection.ts'
import { SelectionBar } from './selection-bar.tsx'
import { SortSelect } from './sort-select.tsx'
import { handleTableKey } from './table-keys.ts'
import { useAddress } from './use-address.ts'
import { useAskedFigures } from './use-asked-figures.ts'
import { useBranches } from './use-branches.ts'
import { useColumns } from './use-columns.ts'
import { useCursorFollow } from './use-cursor-follow.ts'
import { useProcessView } from './use-process-view.ts'
import { useRowContext } from './use-row-context.ts'
import { useRowHeight } from './use-row-height.ts'
import { useTotals } from './use-totals.ts'

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
  const { columns, available, absent, chosen, isPhone, setWidth } = useColumns(box, sort.column)
  const ports = usePorts(asksForPorts(filter) ? 'now' : 'idle')
  const gpu = useGpuUses()
  const asked = useAskedFigures(columns)
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
    ports: ports.index,
  })
  const rowHeight = useRowHeight(isPhone)
  const { totals, diskScale } = useTotals()
  const serviceUser = useSystem((system) => system?.user ?? null)
  const isStale = isSilent(useConnectionState('accuracy'))
  const { context, newKeys } = useRowContext({
    sampledAtMs: view.sampledAtMs,
    columns,
    diskScale,
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
  const targets = picked.map(targetOf)
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
    const text = rowsAsText(columns, picked, context)
    if (text !== '') void navigator.clipboard.writeText(text)
  }
  const clear = () => {
    setSelection(NO_SELECTION)
    setPicking(false)
  }
  const showBranch = (line: ViewRow) => {
    address.setQuery('')
    address.setTree(true)
    branches.set(namesAbove(liveProcesses.get().rows, line.row), true)
    setSelection(choose(line))
  }
  const extrasOf = (line: ViewRow | undefined) =>
    rowExtras(line, {
      showApp: (text) => navigate(`/apps?q=${encodeURIComponent(text)}`),
      showBranch,
      setQuery: address.setQuery,
      copy,
    })

  const onKey = (event: KeyboardEvent, pageSize: number) =>
    handleTableKey(event, {
      lines: view.rows,
      selection,
      pageSize,
      setSelection: (next, line) => {
        setSelection(next)
        hold.keyMoved()
        if (line !== null) follow(line)
      },
      openAll: () => branches.set(namesOfParents(liveProcesses.get().rows), true),
      toggle: toggleBranch,
      open,
      end: (force) => commands.canControl && commands.end(targets, force),
      suspend: () =>
        commands.canControl && (isSuspended ? commands.resume(targets) : commands.suspend(targets)),
      flip: () => address.setTree(!tree),
      holdOrder: hold.toggle,
      sortBy: (id) => {
        const column = COLUMN_BY_ID.get(id)
        if (column !== undefined) sortBy(column)
      },
      copy,
      toHeader: () => headOf(scroller.current, sort.column)?.focus(),
      menu: (line) => openMenuAt(line.key),
    })

  const onPick = (line: ViewRow | null, event: MouseEvent) => {
    const add = event.ctrlKey || event.metaKey || (isPhone && isPicking)
    if (line === null) clear()
    else if (line.kind === 'fold') toggleBranch(line)
    else if (event.shiftKey) setSelection(extend(selection, line, view.rows))
    else if (add) {
      const next = toggle(selection, line)
      setSelection(next)
      if (next.chosen.size === 0) setPicking(false)
    } else {
      setSelection(choose(line))
      if (isPhone && event.type === 'click' && isProcess(line)) setSheetKey(line.key)
      else follow(line)
    }
  }
  const onHeld = (line: ViewRow) => {
    setPicking(true)
    setSelection(toggle(isPicking ? selection : NO_SELECTION, line))
  }
  const onToggle = useCallback((line: ViewRow) => toggleBranch(line), [toggleBranch])
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
          <SortSelect sort={sort} columns={available} onChange={sortBy} />
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
          <ColumnChooser
            available={available}
            shown={chosen}
            absent={absent}
            onOpenChange={hold.menuChanged}
          />
        </span>
      </div>
      <div className="chips">
        <QuickChips
          query={query}
          user={serviceUser}
          cpuScale={cpuScale}
          ports={ports.index}
          gpu={gpu}
          onChange={address.setQuery}
        />
        <HoldChip hold={hold} />
      </div>
      <div className={isStale ? 'tablewrap stale' : 'tablewrap'} ref={box}>
        <ProcessTable
          lines={view.rows}
          selection={selection}
          newKeys={newKeys}
          context={context}
          sort={sort}
          totals={totals}
          hold={hold}
          rowHeight={rowHeight}
          scroller={scroller}
          onSort={sortBy}
          onWidth={setWidth}
          onToggle={onToggle}
          onOpen={open}
          onKey={onKey}
          onPick={onPick}
          onHeld={onHeld}
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
        {view.waiting > 0 && (
          <button type="button" className="chip note new waiting" onClick={hold.letGo}>
            {view.waiting} new
          </button>
        )}
        {view.rows.length === 0 && !filter.isEmpty && view.total > 0 && (
          <EmptyResult query={query} filter={filter} ports={ports} onChange={address.setQuery} />
        )}
      </div>
      {isPhone && isPicking && (
        <SelectionBar
          targets={targets}
          isSuspended={isSuspended}
          commands={commands}
          onClear={clear}
        />
      )}
      {sheet !== undefined && (
        <ActionSheet
          line={sheet}
          target={targetOf(sheet)}
          commands={commands}
          extras={extrasOf(sheet)}
          onDetails={() => open(sheet)}
          onBranch={sheet.isParent ? () => toggleBranch(sheet) : null}
          onClose={() => setSheetKey(null)}
        />
      )}
      <FilterCount isFiltered={!filter.isEmpty} count={view.matched.length} />
      <CursorEnded line={view.rows.find((line) => line.key === selection.cursor)} />
    </>
  )
}

const asksForPorts = (filter: Filter): boolean =>
  filter.tokens.some(({ text }) => /^-?(?::|port)/i.test(text))
