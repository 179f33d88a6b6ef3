import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { BoardInfo, MemoryModule } from '../machine-info.ts'
import { cleanName } from '../text/clean.ts'

/** Facts that take helper programs to find out (dmidecode, PowerShell, system_profiler). */
export interface SlowInventory {
  modules: MemoryModule[]
  board: BoardInfo | null
}

const NOTHING: SlowInventory = { modules: [], board: null }
const ANSWER_WITHIN_MS = 20_000

/** As much of systeminformation as we ask; a test hands in its own. */
export interface InventorySource {
  memLayout(): Promise<
    { size: number; bank: string; type: string; clockSpeed: number | null; manufacturer?: string }[]
  >
  system(): Promise<{ manufacturer: string; model: string }>
  bios(): Promise<{ version: string }>
}

/**
 * systeminformation, loaded only now: it is large, and off the path of every sample. Where no program can be started
 * (no memory for one, a limit of processes, a sandbox) it throws beside its promises, which would end the service, so
 * one is started first that does nothing.
 */
async function systemInformation(): Promise<InventorySource> {
  await startNothing()
  return (await import('systeminformation')).default
}

/**
 * Read once after the start. Never fails and never waits longer than 20 s: what is not known by then stays unknown.
 * Memory modules need administrator rights on Linux and come back empty without them.
 */
export async function readSlowInventory(
  load: () => Promise<InventorySource> = systemInformation,
  answerWithinMs = ANSWER_WITHIN_MS,
): Promise<SlowInventory> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<SlowInventory>((resolve) => {
    timer = setTimeout(resolve, answerWithinMs, NOTHING)
    timer.unref()
  })
  try {
    return await Promise.race([ask(load), late])
  } catch {
    return NOTHING // a missing helper program or an answer it cannot read: these facts stay unknown, nothing else does
  } finally {
    clearTimeout(timer)
  }
}

/** Rejects when no program can be started. */
async function startNothing(): Promise<void> {
  const isWindows = process.platform === 'win32'
  const nothing = isWindows ? ['/d', '/c', 'exit'] : ['-c', ':']
  await promisify(execFile)(isWindows ? 'cmd.exe' : '/bin/sh', nothing)
}

async function ask(load: () => Promise<InventorySource>): Promise<SlowInventory> {
  const source = await load()
  const layout = await source.memLayout()
  const system = await source.system()
  const bios = await source.bios()
  return {
    modules: layout.filter(({ size }) => size > 0).map(moduleOf),
    board: {
      manufacturer: told(system.manufacturer),
      model: told(system.model),
      bios: told(bios.version),
    },
  }
}

function moduleOf(module: Awaited<ReturnType<InventorySource['memLayout']>>[number]): MemoryModule {
  return {
    slot: told(module.bank),
    sizeBytes: module.size,
    type: told(module.type),
    speedMts: module.clockSpeed !== null && module.clockSpeed > 0 ? module.clockSpeed : null,
    manufacturer: told(module.manufacturer),
  }
}

/** Its words for "not known". */
function told(text: string | undefined): string | null {
  const clean = cleanName((text ?? '').trim())
  return clean === '' || /^(?:unknown|none|not specified|-)$/i.test(clean) ? null : clean
}
