import path from 'node:path'
import { builtServices } from '../../scripts/launcher/services.ts'
import type { Command } from '../line-worker.ts'

/** One of our worker programs in a Node of its own. */
export const nodeProgram = (
  worker: string,
  args: readonly string[],
  version: string | null,
  flags: readonly string[] = [],
): Command => ({
  command: process.execPath,
  args: [...flags, path.join(import.meta.dirname, '../workers', worker), ...args],
  version,
})

/** The flags for V8 with which `npm start` runs the services. */
export function serviceFlags(): readonly string[] {
  const anywhere = { ports: { stats: 1, accuracy: 1, pages: 1 }, runDir: '', stateDir: '' }
  return builtServices(anywhere)[0]?.args.filter((arg) => arg.startsWith('--')) ?? []
}
