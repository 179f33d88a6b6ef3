import { constants, readdirSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { readTargetOrNull } from '../control/target-facts.ts'
import { readResultOf } from '../read-result.ts'
import { FileRefusal, readSmallFile } from '../small-file.ts'

const ID = /^[0-9a-f]{64}$/
/** More processes than this are not counted one by one. */
const MOST_PROCESSES = 4096

/**
 * First processes of containers of podman, by whole id, of the files podman keeps while one runs. A pid there is believed
 * where the process is a child of the monitor of the container, so that one that came later with its number is not taken
 * for it. Source: podman, libpod/container_internal.go (`pidfile`, `conmon.pid`).
 * @param directories each with `<id>/userdata/`
 * @param isWanted by whole id; what is not wanted is not read
 */
export async function readPodmanLeaders(
  directories: readonly string[],
  procRoot: string,
  isWanted: (fullId: string) => boolean,
): Promise<Map<string, number>> {
  const leaders = new Map<string, number>()
  for (const directory of directories) {
    for (const fullId of await namesIn(directory)) {
      if (!ID.test(fullId) || !isWanted(fullId)) continue
      const folder = path.join(directory, fullId, 'userdata')
      const leader = await readPid(path.join(folder, 'pidfile'))
      const monitor = await readPid(path.join(folder, 'conmon.pid'))
      if (leader === null || monitor === null) continue
      const isOfMonitor =
        readTargetOrNull(procRoot, leader)?.ppid === monitor &&
        readTargetOrNull(procRoot, monitor)?.comm === 'conmon'
      if (isOfMonitor) leaders.set(fullId, leader)
    }
  }
  return leaders
}

/** How many processes there are from this one on, with all that it and they have started. Source: proc_pid_task(5), `children`. */
export function countWithChildren(procRoot: string, pid: number): number {
  const waiting = [pid]
  let count = 0
  for (
    let next = waiting.pop();
    next !== undefined && count < MOST_PROCESSES;
    next = waiting.pop()
  ) {
    count++
    waiting.push(...childrenOf(procRoot, next))
  }
  return count
}

function childrenOf(procRoot: string, pid: number): number[] {
  const tasks = path.join(procRoot, String(pid), 'task')
  try {
    return readdirSync(tasks).flatMap((task) =>
      readFileSync(path.join(tasks, task, 'children'), 'latin1')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    )
  } catch (error) {
    readResultOf(error)
    return []
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    readResultOf(error)
    return []
  }
}

async function readPid(file: string): Promise<number | null> {
  try {
    const { text } = await readSmallFile(file, constants.O_NOFOLLOW)
    return /^[1-9]\d{0,9}\s*$/.test(text) ? Number(text) : null
  } catch (error) {
    if (!(error instanceof FileRefusal)) readResultOf(error)
    return null
  }
}
