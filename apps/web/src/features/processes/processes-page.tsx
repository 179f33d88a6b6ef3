import type { ProcessRow } from '@taskmanager/contracts'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useLocation } from 'wouter'
import { Banners } from '../../components/banners.tsx'
import { Segments } from '../../components/button.tsx'
import { CommandBar } from '../../components/command-bar.tsx'
import { CommandMenuPopup, type ExtraItem } from '../../components/command-menu.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { Icon } from '../../components/icon.tsx'
import { clickSort } from '../../lib/sort.ts'
import { openDetails, useCommands, type Target } from '../../stores/commands.ts'
import { isSilent, useConnectionState } from '../../stores/connection.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats, useSystem } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { ColumnChooser } from './column-chooser.tsx'
import { COLUMN_BY_ID, type Column } from './columns.ts'
import { rowsAsText } from './copy-rows.ts'
import { EmptyResult } from './empty-result.tsx'
import { ListSentence } from './list-sentence.tsx'
import { ProcessTable } from './process-table.tsx'
import type { RowContext } from './process-row.tsx'
import type { ViewRow } from './process-view.ts'
import { QuickChips } from './quick-chips.tsx'
import { ShortLivedRow } from './short-lived-row.tsx'
import { choose, extend, identityOf, NO_SELECTION, toggle } from './selection.ts'
import { handleTableKey } from './table-keys.ts'
import { useAddress } from './use-address.ts'
import { useBranches } from './use-branches.ts'
import { useColumns } from './use-columns.ts'
import { useOrderHold } from '../../components/use-order-hold.ts'
import { useProcessView } from './use-process-view.ts'
import { useRowHeight } from './use-row-height.ts'
import { useTotals } from './use-totals.ts'

const NEW_MARK_MS = 1500

export function ProcessesPage() {
  const address = useAddress()
  const { query, filter, sort, tree, opened } = address
  const [, navigate] = useLocation()
  const commands = useCommands()
  const cpuScale = usePreference('cpuScale')
  const hold = useOrderHold()
  const branches = useBranches(!filter.isEmpty)
  const [selection, setSelection] = useState(NO_SELECTION)
  const scroller = useRef<HTMLDivElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const { columns, available, chosen, isPhone, setWidth } = useColumns(box, sort.column)
  const view = useProcessView({
    filter,
    sort,
    tree: tree && !isPhone,
    cpuScale,
    open: branches.open,
    unfolded: branches.unfolded,
    isHeld: hold.isHeld,
  })
  const rowHeight = useRowHeight(isPhone)
  const { totals, diskScale } = useTotals()
  const live = useProcesses((state) => state)
  const memoryTotal = useStats((stats) => stats?.memory_total ?? null)
  const serviceUser = useSystem((system) => system?.user ?? null)
  const isStale = isSilent(useConnectionState('accuracy'))
  const cpuCount = live.logicalCpuCount ?? 1

  const context: RowContext = {
    columns,
    seq: live.sampledAtMs ?? 0,
    nowMs: live.sampledAtMs ?? 0,
    cpuFactor: cpuScale === 'core' ? cpuCount : 1,
    cpuCount,
    memoryTotal,
    diskScale,
    tree: tree && !isPhone,
    isPhone,
  }
  const newKeys = useMemo(() => {
    const now = live.sampledAtMs ?? 0
    return new Set([...live.addedAt].filter(([, at]) => now - at < NEW_MARK_MS).map(([key]) => key))
  }, [live.addedAt, live.sampledAtMs])

  const chosenLines = useMemo(() => linesOf(view.rows, selection.chosen), [view.rows, selection])
  const targets: Target[] = chosenLines.map(({ row }) => ({
    pid: row.pid,
    start_id: row.start_id,
    name: row.name,
    user: row.user,
  }))
  const first = chosenLines[0]
  const isSuspended =
    chosenLines.length > 0 && chosenLines.every((one) => one.row.status === 'stopped')
  const showDetails =
    first === undefined || chosenLines.length > 1
      ? null
      : () => openDetails(first.row.pid, first.row.start_id)

  // A shared link opens on its process; while the drawer is open it follows the selection.
  const cursorLine = view.rows.find((line) => line.key === selection.cursor)
  const [openedBefore, setOpenedBefore] = useState<string | null>(null)
  if (opened !== openedBefore) {
    setOpenedBefore(opened)
    if (opened !== null && selection.cursor === null) {
      setSelection({ chosen: new Set([opened]), cursor: opened, anchor: opened })
    }
  }
  const follow = (line: ViewRow) => {
    if (opened !== null && line.kind !== 'fold') address.setOpened(identityOf(line))
  }

  const { toggle: toggleBranch } = branches
  const open = (line: ViewRow) => {
    if (line.kind === 'fold') toggleBranch(line)
    else openDetails(line.row.pid, line.row.start_id)
  }
  const sortBy = (column: Column) => address.setSort(clickSort(sort, column.id, column.isText))
  const copy = () => {
    const text = rowsAsText(columns, chosenLines, context)
    if (text !== '') void navigator.clipboard.writeText(text)
  }

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
      openAll: () => branches.set(namesOfParents(live.rows), true),
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
    })

  const extras: ExtraItem[][] =
    first === undefined
      ? []
      : [
          [
            {
              icon: 'apps',
              text: 'Show its app',
              run: () =>
                navigate(`/apps?q=${encodeURIComponent(`"${appName(live.apps, first)}"`)}`),
            },
            { icon: 'branch', text: 'Show its branch', run: () => showBranch(first) },
            ...(first.row.user === null
              ? []
              : [
                  {
                    icon: 'filter' as const,
                    text: 'Filter by this user',
                    run: () => address.setQuery(`user:${first.row.user} `),
                  },
                ]),
          ],
          [{ icon: 'copy', text: 'Copy', keys: 'Ctrl C', run: copy }],
        ]
  const showBranch = (line: ViewRow) => {
    address.setQuery('')
    address.setTree(true)
    const names: string[] = []
    for (
      let at = live.rows.get(line.row.ppid), depth = 0;
      at !== undefined && depth < 64;
      at = live.rows.get(at.ppid), depth += 1
    ) {
      names.push(at.name)
    }
    branches.set([...names, line.row.name], true)
    setSelection(choose(line))
  }
  const onToggle = useCallback((line: ViewRow) => toggleBranch(line), [toggleBranch])

  return (
    <>
      <ListSentence matched={view.matched} isFiltered={!filter.isEmpty} />
      <Banners />
      <div className="tools">
        <FilterField
          label="Filter processes"
          placeholder="Filter by name, PID, user"
          query={query}
          filter={filter}
          onChange={address.setQuery}
          onLeave={() => scroller.current?.focus()}
        />
        {!isPhone && (
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
        />
        <span className="cmds last">
          <span className="sep" />
          <ColumnChooser available={available} shown={chosen} />
        </span>
      </div>
      <div className="chips">
        <QuickChips
          query={query}
          user={serviceUser}
          cpuScale={cpuScale}
          onChange={address.setQuery}
        />
        {view.waiting > 0 && <span className="chip note new">{view.waiting} new</span>}
        {hold.chip !== null && (
          <span className="chip note">
            <Icon name="pause" size="s" />
            {hold.chip}
            {hold.isBySpace && (
              <button type="button" aria-label="Let the order go" onClick={hold.toggle}>
                <Icon name="close" size="s" />
              </button>
            )}
          </span>
        )}
      </div>
      <div className={isStale ? 'tablewrap stale' : 'tablewrap'} ref={box}>
        <ProcessTable
          lines={view.rows}
          totalCount={view.rows.length}
          selection={selection}
          newKeys={newKeys}
          context={context}
          sort={sort}
          totals={totals}
          hold={hold}
          rowHeight={rowHeight}
          scroller={scroller}
          last={filter.isEmpty && <ShortLivedRow columns={columns} cpuFactor={context.cpuFactor} />}
          onSort={sortBy}
          onWidth={setWidth}
          onToggle={onToggle}
          onOpen={open}
          onKey={onKey}
          onPick={(line, event) => {
            if ((event.target as HTMLElement).closest('.tw .i') !== null) return
            if (line === null) setSelection(NO_SELECTION)
            else if (line.kind === 'fold') toggleBranch(line)
            else if (event.shiftKey) setSelection(extend(selection, line, view.rows))
            else if (event.ctrlKey || event.metaKey) setSelection(toggle(selection, line))
            else {
              setSelection(choose(line))
              if (isPhone && event.type === 'click') open(line)
              else follow(line)
            }
          }}
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
                extras={extras}
              />
            )
          }
        />
        {view.rows.length === 0 && !filter.isEmpty && live.rows.size > 0 && (
          <EmptyResult query={query} filter={filter} onChange={address.setQuery} />
        )}
      </div>
      <p className="vh" role="status">
        <FilterCount isFiltered={!filter.isEmpty} count={view.matched.length} />
      </p>
      <CursorEnded line={cursorLine} />
    </>
  )
}

/** Read out once the typing has rested. */
function FilterCount({ isFiltered, count }: { isFiltered: boolean; count: number }) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (!isFiltered) return
    const timer = setTimeout(
      () => setSaid(`${count} ${count === 1 ? 'process' : 'processes'}`),
      600,
    )
    return () => clearTimeout(timer)
  }, [isFiltered, count])
  return isFiltered && said
}

/** The row the keyboard is on ended: say so. */
function CursorEnded({ line }: { line: ViewRow | undefined }) {
  const isEnded = line?.isEnded === true
  return (
    <p className="vh" role="status">
      {isEnded && `${line.row.name} ended`}
    </p>
  )
}

/** Names of all processes that have children. */
function namesOfParents(rows: ReadonlyMap<number, ProcessRow>): string[] {
  const parents = [...rows.values()].flatMap((row) => rows.get(row.ppid)?.name ?? [])
  return [...new Set(parents)]
}

/** Chosen processes that still run, each once. */
function linesOf(lines: readonly ViewRow[], chosen: ReadonlySet<string>): ViewRow[] {
  const found = new Map<string, ViewRow>()
  for (const line of lines) {
    const identity = identityOf(line)
    if (line.kind !== 'fold' && !line.isEnded && chosen.has(identity) && !found.has(identity)) {
      found.set(identity, line)
    }
  }
  return [...found.values()]
}

function appName(apps: ReadonlyMap<string, { readonly name: string }>, line: ViewRow): string {
  return apps.get(line.row.app_id)?.name ?? line.row.name
}
