import { ApiError, type Api } from '@taskmanager/client'
import {
  MAX_CONTROL_TARGETS,
  UNDO_MS,
  type AppCloseAnswer,
  type BlastRadius,
  type ControlOutcome,
  type ControlResult,
} from '@taskmanager/contracts'
import type { ActCommand } from './options.ts'

/** Who asks the person in front; null where nobody is (a script, a pipe). */
export type Confirm = ((question: string) => Promise<boolean>) | null

/** What became of an order. */
export interface Acted {
  outcomes: ControlOutcome[]
  /** Why nothing was sent; null when something was. */
  refusal: string | null
}

/** An order that waited for so long in a stalled service does nothing any more, milliseconds. */
const VALID_FOR_MS = 10_000

const DONE: Record<ActCommand['verb'], readonly ControlResult[]> = {
  end: ['terminated', 'gone', 'ending'],
  suspend: ['suspended'],
  resume: ['resumed'],
  priority: ['priority_changed'],
  'io-priority': ['io_priority_changed'],
  efficiency: ['efficiency_changed'],
  affinity: ['affinity_changed'],
}

/** Whether every process is as it was asked to be. */
export const isAsAsked = (command: ActCommand, { outcomes, refusal }: Acted): boolean =>
  refusal === null && outcomes.every(({ result }) => DONE[command.verb].includes(result))

/** Looks at the processes as they are now, asks where it must, and acts on exactly those. @throws ApiError */
export async function act(api: Api, command: ActCommand, confirm: Confirm): Promise<Acted> {
  const { victims, refusal } = await findVictims(api, command)
  if (refusal !== null) return refuse(refusal)
  const why = command.yes ? null : reasonToAsk(command, victims)
  if (why !== null) {
    const question = [
      `${sentenceOf(command, victims.length)} (${why})`,
      ...victims.flatMap(victimLines),
    ].join('\n')
    if (confirm === null) return refuse(`${question}\nAdd --yes to do it. Nothing was done.`)
    if (!(await confirm(question))) return refuse('Nothing was done.')
  }
  const outcomes = await send(api, command, victims, command.force ? 'KILL' : 'TERM')
  if (!command.thenForce) return { outcomes, refusal: null }
  const left = victims.filter((_, index) => outcomes[index]?.result === 'still_running')
  if (left.length === 0) return { outcomes, refusal: null }
  const forced = await send(api, command, left, 'KILL')
  const last = new Map(forced.map((outcome) => [outcome.pid, outcome]))
  return { outcomes: outcomes.map((outcome) => last.get(outcome.pid) ?? outcome), refusal: null }
}

const refuse = (refusal: string): Acted => ({ outcomes: [], refusal })

interface Victim {
  pid: number
  start_id: string
  name: string
  user: string | null
  /** Of a process that was named; null for what it started, and where the system does not tell. */
  blast: BlastRadius | null
  isOthers: boolean
}

/** The processes meant, and with `--tree` all that descend from them. They are looked at anew: a list is up to seconds old. */
async function findVictims(
  api: Api,
  { pids, tree }: ActCommand,
): Promise<{ victims: Victim[]; refusal: string | null }> {
  const chosen = new Map<number, Victim>()
  for (const pid of pids) {
    const info = await infoOf(api, pid)
    if (info === null)
      return { victims: [], refusal: `There is no process ${pid}. Nothing was done.` }
    const { descendants, descendant_count: count } = info.blast ?? NOT_TOLD
    if (tree && count === null)
      return {
        victims: [],
        refusal: `What ${pid} has started is not told on this system. Nothing was done.`,
      }
    if (tree && count !== null && count > descendants.length)
      return {
        victims: [],
        refusal: `${pid} has ${count} descendants: too many. Nothing was done.`,
      }
    chosen.set(pid, info)
    for (const each of tree ? descendants : []) {
      if (!chosen.has(each.pid)) chosen.set(each.pid, { ...each, blast: null, isOthers: false })
    }
  }
  return { victims: [...chosen.values()], refusal: null }
}

const NOT_TOLD = { descendants: [], descendant_count: null }

async function infoOf(api: Api, pid: number): Promise<Victim | null> {
  try {
    const info = await api.getProcessInfo(pid)
    return { ...info, isOthers: info.blast.other_user }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 404) return null
    if (error.error === 'not_supported') return listedAs(api, pid) // a system without details
    throw error
  }
}

async function listedAs(api: Api, pid: number): Promise<Victim | null> {
  const { processes, capabilities } = await api.getProcesses()
  const row = processes.find((each) => each.pid === pid)
  return row === undefined
    ? null
    : { ...row, blast: null, isOthers: row.user !== capabilities.user }
}

/** null when a single process of one's own is asked politely. */
function reasonToAsk({ verb, force }: ActCommand, victims: readonly Victim[]): string | null {
  if (victims.some(({ isOthers }) => isOthers)) return 'not all of them are yours'
  if (victims.length > 1) return `${victims.length} processes`
  return verb === 'end' && force ? 'unsaved work is lost' : null
}

function sentenceOf({ verb, force }: ActCommand, count: number): string {
  const what = count === 1 ? 'this process' : 'these processes'
  if (verb === 'end' && force) return `Force ${what} to end?`
  const isWhole = verb === 'end' || verb === 'suspend' || verb === 'resume'
  return `Do you want to ${isWhole ? verb : `change the ${verb} of`} ${what}?`
}

/** Who it is, and what ends or comes back with it. */
function victimLines({ pid, name, user, blast }: Victim): string[] {
  const lines = [`  ${name} (PID ${pid}, ${user ?? 'unknown user'})`]
  for (const { port, client_count: clients } of blast?.listeners ?? [])
    lines.push(`    listens on port ${port}, ${clients} connected`)
  if (blast !== null && (blast.files_writing_count ?? 0) > 0)
    lines.push(`    has ${blast.files_writing_count} files open for writing`)
  if (blast?.restarted_by != null)
    lines.push(`    ${blast.restarted_by.manager} will start ${blast.restarted_by.unit} again`)
  return lines
}

async function send(
  api: Api,
  command: ActCommand,
  victims: readonly Victim[],
  signal: 'TERM' | 'KILL',
): Promise<ControlOutcome[]> {
  const expires = { expires_at: Date.now() + VALID_FOR_MS }
  const confirmed =
    command.confirmName === null ? expires : { ...expires, confirm_name: command.confirmName }
  // Longer than in the page: the way back has to be typed.
  const undo = command.undo ? { undo_ms: UNDO_MS.most } : {}
  if (victims.length > 1) {
    const together = sendTogether(api, command.verb, victims, { signal, ...undo }, confirmed)
    if (together !== null) return together
  }
  const outcomes: ControlOutcome[] = []
  for (const { pid, start_id } of victims) {
    if (command.verb === 'end')
      outcomes.push(await api.kill(pid, { start_id, signal, ...undo, ...confirmed }))
    else if (command.verb === 'suspend')
      outcomes.push(await api.suspend(pid, { start_id, ...confirmed }))
    else if (command.verb === 'resume')
      outcomes.push(await api.resume(pid, { start_id, ...expires }))
    else if (command.verb === 'efficiency')
      outcomes.push(await api.setEfficiency(pid, { start_id, ...expires, on: command.on }))
    else if (command.verb === 'affinity')
      outcomes.push(await api.setAffinity(pid, { start_id, ...expires, cpus: [...command.cpus] }))
    else if (command.ioPriority !== null)
      outcomes.push(
        await api.setIoPriority(pid, { start_id, ...expires, io_priority: command.ioPriority }),
      )
    else outcomes.push(await api.setPriority(pid, { start_id, ...expires, ...command.level }))
  }
  return outcomes
}

/** Together: one order each would wait for the one before, and many are too many a second. null: not for this verb. */
function sendTogether(
  api: Api,
  verb: ActCommand['verb'],
  victims: readonly Victim[],
  end: { signal: 'TERM' | 'KILL'; undo_ms?: number },
  rest: { expires_at: number; confirm_name?: string },
): Promise<ControlOutcome[]> | null {
  if (verb === 'end')
    return inParts(victims, (members) => api.closeApp({ members, ...end, ...rest }))
  if (verb === 'suspend') return inParts(victims, (members) => api.suspendAll({ members, ...rest }))
  if (verb === 'resume') return inParts(victims, (members) => api.resumeAll({ members, ...rest }))
  return null
}

async function inParts(
  victims: readonly Victim[],
  call: (members: { pid: number; start_id: string }[]) => Promise<AppCloseAnswer>,
): Promise<ControlOutcome[]> {
  const outcomes: ControlOutcome[] = []
  for (let from = 0; from < victims.length; from += MAX_CONTROL_TARGETS) {
    const members = victims
      .slice(from, from + MAX_CONTROL_TARGETS)
      .map(({ pid, start_id }) => ({ pid, start_id }))
    outcomes.push(...(await call(members)).results)
  }
  return outcomes
}
