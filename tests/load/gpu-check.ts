/**
 * `node tests/load/gpu-check.ts`: what this program reads of the graphics cards of this machine, figure by figure with
 * the reason for each that is missing, what reading costs, and beside it what `nvidia-smi -q -x` says where it is
 * installed. Exits with 1 when a figure that does not move differs, with 2 when there is no card.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { defaultOptions } from '@taskmanager/platform'
import { GPU_WIRE_NAMES, type GpuSample } from '../../packages/platform/src/gpu/gpu.ts'
import { linuxGpus } from '../../packages/platform/src/gpu/gpus.ts'
import { compareWithSmi, parseNvidiaSmi } from './nvidia-smi.ts'

const READINGS = 20
const WATCH_EVERY_MS = 5
const BUDGET_CPU_MS = 5
const BUDGET_BLOCKED_MS = 10

const gpus = linuxGpus(defaultOptions)
const costs: { cpuMs: number; wallMs: number }[] = []
let cards: GpuSample[] = []
let blockedMs = 0
let lastMs = performance.now()
const watch = setInterval(() => {
  blockedMs = Math.max(blockedMs, performance.now() - lastMs - WATCH_EVERY_MS)
  lastMs = performance.now()
}, WATCH_EVERY_MS)
for (let i = 0; i < READINGS; i++) {
  const before = process.cpuUsage()
  const begun = performance.now()
  cards = await gpus.read()
  const used = process.cpuUsage(before)
  costs.push({ cpuMs: (used.user + used.system) / 1000, wallMs: performance.now() - begun })
  // Loading the library is not of the budget: it is done once, before anybody is answered.
  if (i === 0) [blockedMs, lastMs] = [0, performance.now()]
  await wait(900)
}
clearInterval(watch)
const { available, reason } = gpus.capability()
gpus.close()

if (cards.length === 0) {
  console.log(`No graphics card. ${reason ?? ''}`)
  process.exit(2)
}
console.log(`Available: ${available ? 'yes' : `no. ${reason}`}`)
for (const card of cards) printCard(card)
printCosts()
process.exit((await besideSmi()) === 0 ? 0 : 1)

function printCard(card: GpuSample) {
  const { name, driver, libraryVersion, cudaVersion, uuid, busId, problem } = card
  console.log(`\n${card.id}: ${name ?? 'no name'} (${card.source})`)
  console.log(`  ${[driver, libraryVersion, `CUDA ${cudaVersion}`, uuid, busId].join(', ')}`)
  if (problem !== null) console.log(`  ${problem}`)
  for (const [field, wire] of Object.entries(GPU_WIRE_NAMES)) {
    const value = card[field as keyof typeof GPU_WIRE_NAMES]
    console.log(
      `  ${wire.padEnd(28)} ${value === null ? `– ${card.unknown[wire]}` : String(value)}`,
    )
  }
  for (const { name: engine, usagePercent } of card.engines) {
    console.log(`  ${`engine ${engine}`.padEnd(28)} ${usagePercent.toFixed(1)}`)
  }
  const told = card.unknown['processes']
  console.log(`  processes: ${told === undefined ? card.processes.length : told}`)
  for (const user of card.processes) console.log(`    ${JSON.stringify(user)}`)
}

function printCosts() {
  const [first, ...later] = costs
  const middle = (values: number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const cpu = later.map(({ cpuMs }) => cpuMs)
  const wall = later.map(({ wallMs }) => wallMs)
  console.log(
    `\nCPU of a reading: ${middle(cpu).toFixed(1)} ms in the middle, ${mean(cpu).toFixed(1)} in the mean (budget of a tick ${BUDGET_CPU_MS}), ${Math.max(...cpu).toFixed(1)} at most.`,
  )
  console.log(
    `From begin to end: ${middle(wall).toFixed(1)} ms in the middle, ${Math.max(...wall).toFixed(1)} at most; the first, with loading, ${first?.wallMs.toFixed(0)}.`,
  )
  console.log(`Other work waited ${blockedMs.toFixed(1)} ms at most (budget ${BUDGET_BLOCKED_MS}).`)
}

/** Of children that ended, in steps of 10 ms: cutime and cstime of proc_pid_stat(5). */
function childrenCpuMs(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

/** Answers how many figures differ that do not move. */
async function besideSmi(): Promise<number> {
  const before = childrenCpuMs()
  const xml = await promisify(execFile)('nvidia-smi', ['-q', '-x']).catch(() => null)
  if (xml === null) {
    console.log('\nnvidia-smi is not here to compare with.')
    return 0
  }
  console.log(`CPU of one nvidia-smi -q -x: ${childrenCpuMs() - before} ms.`)
  const others = parseNvidiaSmi(xml.stdout)
  let differences = 0
  for (const card of cards) {
    const facts = others.get(card.busId ?? '')
    if (facts === undefined) continue
    console.log(`\n${card.id} beside nvidia-smi (figures without a verdict move)`)
    for (const { name, ours, theirs, isSame } of compareWithSmi(card, facts)) {
      const verdict = isSame === null ? '' : isSame ? 'same' : 'DIFFERS'
      if (isSame === false) differences++
      console.log(`  ${name.padEnd(28)} ${ours.padEnd(28)} ${theirs.padEnd(28)} ${verdict}`)
    }
  }
  return differences
}
