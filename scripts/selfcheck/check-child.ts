import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { ControlAction, ProcessControl, ProcessTableProvider } from '@taskmanager/platform'
import { rowOf } from './own-row.ts'
import { compared, ok, unknown, wrong, type Finding } from './report.ts'

const SCRIPT = "process.send('ready'); setInterval(() => process.send('beat'), 20)"
/** Time for many beats. */
const LISTEN_MS = 400
const LOW = 10

/** Does to a child of our own what the page does to others, and looks each time whether it is so. */
export async function checkChild(
  table: ProcessTableProvider,
  control: ProcessControl,
): Promise<Finding[]> {
  if (!control.supported) return [unknown('control', 'not supported on this system')]
  const child = spawn(process.execPath, ['-e', SCRIPT], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    await once(child, 'message')
    return await exercise(child, table, control)
  } finally {
    child.kill('SIGKILL')
  }
}

async function exercise(
  child: ChildProcess,
  table: ProcessTableProvider,
  control: ProcessControl,
): Promise<Finding[]> {
  const pid = child.pid ?? 0
  const row = await rowOf(table, pid)
  if (row === null) return [wrong('started', 'is not listed')]
  const { startId } = row.facts
  const act = (action: ControlAction) => control.act({ pid, startId }, action)
  const outcome = async (
    what: string,
    action: ControlAction,
    wanted: string,
    isSo: () => unknown,
  ) => {
    const { result, reason } = await act(action)
    const seen = Boolean(await isSo())
    const detail = `${result}${reason === null ? '' : ` (${reason})`}, ${seen ? 'and it is so' : 'but it is not so'}`
    return result === wanted && seen ? ok(what, detail) : wrong(what, detail)
  }
  const signal = (word: 'STOP' | 'CONT' | 'KILL') => ({ kind: 'signal', signal: word }) as const
  const stale = await control.act({ pid, startId: `${startId}9` }, signal('KILL'))
  const exited = once(child, 'exit')
  const beats = beatsOf(child)
  return [
    compared('started: its parent', {
      ours: row.ppid,
      theirs: process.pid,
      within: 0,
      unit: '(PID)',
    }),
    stale.result === 'identity_mismatch' || stale.result === 'gone'
      ? ok('an order for another start of its number', stale.result)
      : wrong('an order for another start of its number', stale.result),
    await outcome('suspended', signal('STOP'), 'suspended', async () => !(await beats())),
    await outcome('resumed', signal('CONT'), 'resumed', beats),
    await outcome(
      'slowed',
      { kind: 'priority', nice: LOW },
      'priority_changed',
      () => getPriority(pid) === LOW,
    ),
    await outcome('ended', signal('KILL'), 'terminated', async () => {
      await exited
      return (await rowOf(table, pid)) === null
    }),
  ]
}

/** Counts what it says; asked, listens for a moment whether it still does. */
function beatsOf(child: ChildProcess): () => Promise<boolean> {
  let heard = 0
  child.on('message', () => {
    heard++
  })
  return async () => {
    await wait(LISTEN_MS / 2) // what was on its way when it was suspended
    const before = heard
    await wait(LISTEN_MS)
    return heard > before
  }
}
