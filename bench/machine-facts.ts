import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import path from 'node:path'
import { withManyFiles } from './line-worker.ts'
import { pythonProgram } from './opponents/python.ts'
import type { Facts } from './report/report.ts'
import { bytes, digits } from './report/figures.ts'
import { outputOf } from './run-once.ts'
import { countProcesses } from './crowd.ts'

/** The machine, the versions and the date, as of the beginning of the run. */
export async function machineFacts(): Promise<Facts> {
  const [fileLimit, python, others] = await Promise.all([
    outputOf(...withManyFiles('sh', ['-c', 'ulimit -n'])),
    pythonProgram('psutil_loops.py', [], ['psutil']),
    Promise.all(PROGRAMS.map(versionLine)),
  ])
  return [
    ['date', new Date().toISOString().slice(0, 16).replace('T', ' ')],
    ['CPU', `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} logical`],
    ['memory', bytes(totalmem())],
    ['kernel', `Linux ${release()}`],
    ['system', readOsName() ?? 'unknown'],
    ['Node', process.version],
    ['load of the last minute, at the start', digits(loadavg()[0] ?? Number.NaN)],
    ['processes, at the start', String(countProcesses())],
    ['open files a process may have', fileLimit ?? 'unknown'],
    ['npm packages', PACKAGES.map((name) => `${name} ${packageVersion(name)}`).join(', ')],
    ['Python', 'missing' in python ? `missing: ${python.missing}` : (python.version ?? 'unknown')],
    ...others,
  ]
}

const PROGRAMS = ['ps', 'htop', 'btop', 'prometheus-node-exporter', 'glances', 'cc', 'cargo']
const PACKAGES = ['pidusage', 'systeminformation', 'fastify', 'koffi']

async function versionLine(program: string): Promise<[string, string]> {
  const text = await outputOf(program, ['--version'])
  return [program, text?.split('\n')[0] ?? 'missing']
}

/** From its manifest, beside it: a package may not export that. */
function packageVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  const file = folders.map((folder) => path.join(folder, name, 'package.json')).find(existsSync)
  if (file === undefined) return 'unknown'
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** Source: os-release(5). */
function readOsName(): string | null {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? null
  } catch {
    return null
  }
}
