import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { LIGHT_LOADS, ONE_CORE, startBurner, TWO_CORES, type Burner } from './loads.ts'
import { observeWithEngine } from './our-engine.ts'
import {
  observeWithPidusage,
  observeWithPsutil,
  observeWithTop,
  type Observe,
} from './other-tools.ts'
import { errorsOf, mean } from './reading.ts'
import { monotonicMs } from './work-log.ts'
import { compile } from '../compiled.ts'
import { PYTHON } from '../psutil.ts'

const HELP = `How far the CPU percentages of this monitor and of other tools are from the truth. Linux, with cc, top and python3-psutil.

  npm run accuracy [-- --ticks N]    N intervals of a second for each load, 20 when not said

Writes the table into docs/accuracy.md, between the marks.`

const FILE = path.join(import.meta.dirname, '../../../docs/accuracy.md')
const [BEGIN, END] = ['<!-- table of npm run accuracy -->', '<!-- end of table -->']

const TOOLS: Readonly<Record<string, Observe>> = {
  'this monitor': observeWithEngine,
  psutil: observeWithPsutil,
  top: observeWithTop,
  pidusage: observeWithPidusage,
}

/** What the book of a load said it used, and the mean error of each tool, in percent of one core. */
interface Result {
  name: string
  usedPercent: number
  errors: number[]
}

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, ticks: { type: 'string', default: '20' } },
})
if (values.help === true) console.log(HELP)
else await measureAll(Number(values.ticks))

async function measureAll(ticks: number): Promise<void> {
  if (!(ticks >= 1)) throw new Error('--ticks must be a number from 1 up')
  const folder = mkdtempSync(path.join(tmpdir(), 'tmp-accuracy-'))
  try {
    const program = compile(folder, 'accuracy/burner.c', '-pthread')
    const results: Result[] = []
    let tickMs = NaN
    for (const loads of [LIGHT_LOADS, [ONE_CORE], [TWO_CORES]]) {
      console.log(`${loads.map(({ name }) => name).join(', ')}: ${ticks} s`)
      await using burners = new AsyncDisposableStack()
      const started: Burner[] = []
      for (const load of loads) {
        started.push(burners.use(await startBurner(program, load, ticks + 60)))
      }
      tickMs = started[0]?.kernelTickMs ?? NaN
      results.push(...(await measure(started, ticks)))
    }
    const text = [...machine(ticks, tickMs), '', ...table(results)].join('\n')
    console.log(`\n${text}`)
    write(text)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All tools watch the same processes at the same time. */
async function measure(burners: readonly Burner[], ticks: number): Promise<Result[]> {
  const pids = burners.map(({ pid }) => pid)
  const fromMs = monotonicMs()
  const readings = await Promise.all(Object.values(TOOLS).map((observe) => observe(pids, ticks)))
  const toMs = monotonicMs()
  return Promise.all(
    burners.map(async (burner) => {
      const log = await burner.logUntil(toMs)
      return {
        name: burner.load.name,
        usedPercent: log.percentOfCore(fromMs, toMs),
        errors: readings.map((ofTool) => mean(errorsOf(ofTool.get(burner.pid) ?? [], log))),
      }
    }),
  )
}

function table(results: readonly Result[]): string[] {
  const rows = results.map(({ name, usedPercent, errors }) => [
    name,
    usedPercent.toFixed(2),
    ...errors.map((error) => error.toFixed(3)),
  ])
  const cells = [['load', 'used, % of a core', ...Object.keys(TOOLS)], ...rows]
  const widths = cells[0]?.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0))) ?? []
  // As the formatter wants it: names to the left, numbers to the right.
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [cells[0] ?? [], rule, ...cells.slice(1)].map(line)
}

function machine(ticks: number, tickMs: number): string[] {
  const version = (program: string, ...args: string[]) =>
    spawnSync(program, args, { encoding: 'utf8' }).stdout.trim()
  const psutil = version(PYTHON ?? '', '-c', 'import psutil; print(psutil.__version__)')
  const pidusage = path.join(
    import.meta.dirname,
    '../../../packages/platform/node_modules/pidusage',
  )
  const { version: ofPidusage } = JSON.parse(
    readFileSync(path.join(pidusage, 'package.json'), 'utf8'),
  ) as { version: string }
  return [
    `${ticks} intervals of a second each. ${availableParallelism()} CPUs (${cpus()[0]?.model ?? 'unknown'}), Linux ${release()}, kernel tick`,
    `${tickMs} ms, Node.js ${process.versions.node}, psutil ${psutil}, ${version('top', '-V')}, pidusage ${ofPidusage}.`,
    `Load average beside and with all this: ${loadavg()[1]?.toFixed(1)}.`,
  ]
}

function write(text: string): void {
  const document = readFileSync(FILE, 'utf8')
  const [before, rest] = document.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${FILE} has lost its marks`)
  writeFileSync(FILE, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`)
}
