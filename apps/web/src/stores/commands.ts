/**
 * What can be done to processes, for every page. The control feature provides it, `app/` puts it around the pages.
 *
 *   const commands = useCommands()
 *   commands.reason        null: commands work · a sentence: why they are off, which each of them then says as a toast
 *   commands.end([{ pid, start_id, name, user }], false)     asks first, tells the outcome as a toast
 *   openDetails(pid, startId)                                opens the drawer: `?p=<pid>.<start_id>`
 *   openSetting('ability-elevation')                         goes to one line of the settings
 */
import type { IoPriority, PriorityWord, ProcessRow } from '@taskmanager/contracts'
import { createContext, use } from 'react'
import { navigate } from 'wouter/use-browser-location'
import { createStore } from '../lib/create-store.ts'

export interface Target {
  readonly pid: number
  readonly start_id: string
  readonly name: string
  readonly user: string | null
  /** Where the list knows it: threads of the kernel cannot be ended. */
  readonly isKernel?: boolean
}

export const targetOf = ({ pid, start_id, name, user, kind }: ProcessRow): Target => ({
  pid,
  start_id,
  name,
  user,
  isKernel: kind === 'kernel',
})

/** Of an app: its processes that still run, by identity. */
export function targetsOfPids(
  pids: readonly number[],
  rows: ReadonlyMap<number, ProcessRow>,
): Target[] {
  return pids.flatMap((pid) => {
    const row = rows.get(pid)
    return row === undefined ? [] : [targetOf(row)]
  })
}

export interface Commands {
  readonly reason: string | null
  end(targets: readonly Target[], force: boolean): void
  suspend(targets: readonly Target[]): void
  resume(targets: readonly Target[]): void
  setPriority(targets: readonly Target[], word: PriorityWord): void
  /** Who is served first by a disk. */
  setIoPriority(targets: readonly Target[], word: IoPriority): void
  /** Windows' own way to let a program run slowly and sparingly. */
  setEfficiency(targets: readonly Target[], on: boolean): void
  /** Opens the dialog that chooses the CPUs they may use. */
  chooseCpus(targets: readonly Target[]): void
}

const nowhere = () => {
  throw new Error('No commands are provided around this part of the page.')
}

export const CommandsContext = createContext<Commands>({
  reason: null,
  end: nowhere,
  suspend: nowhere,
  resume: nowhere,
  setPriority: nowhere,
  setIoPriority: nowhere,
  setEfficiency: nowhere,
  chooseCpus: nowhere,
})

export const useCommands = (): Commands => use(CommandsContext)

/** A question about processes is open: lists hold their order behind it. */
export const dialogOpen = createStore(false)

/** Pushes a history entry, so that Back closes the drawer. */
export function openDetails(pid: number, startId: string): void {
  changeQuery((query) => query.set('p', `${pid}.${startId}`))
}

export function closeDetails(): void {
  changeQuery((query) => {
    query.delete('p')
    query.delete('tab')
  })
}

/** Goes to the settings, to the part with this id: it takes the focus, now or once it is drawn (`useAnchor`). */
export function openSetting(id: string): void {
  navigate(`/settings#${id}`)
  document.getElementById(id)?.focus()
}

/** Pushes a history entry with a changed query. */
export function changeQuery(change: (query: URLSearchParams) => void): void {
  const query = new URLSearchParams(location.search)
  change(query)
  const text = query.toString()
  history.pushState(history.state, '', `${location.pathname}${text === '' ? '' : `?${text}`}`)
}
