import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface TreeProcess {
  ppid?: number
  comm?: string
  state?: string
  /** Ticks of 10 ms after boot. */
  start?: number
  /** CPU time so far, ticks of 10 ms. */
  cpuTicks?: number
  pages?: number
}

/** A small proc file system of plain files, changed as a test says. Read by the provider in ticks, without system calls. */
export class ProcTree implements Disposable {
  readonly root = mkdtempSync(path.join(tmpdir(), 'tmp-proc-'))

  constructor() {
    this.machine(2, 0)
    this.uptime(1000)
  }

  /** CPUs online, each with the idle ticks given, and all forks since boot. */
  machine(cpus: number | readonly number[], idleTicks: number, forks = 100): void {
    const online = typeof cpus === 'number' ? Array.from({ length: cpus }, (_, i) => i) : cpus
    const times = (idle: number) => `10 0 10 ${idle} 0 0 0 0 0 0`
    const lines = online.map((cpu) => `cpu${cpu} ${times(idleTicks)}\n`)
    const total = `cpu  ${times(idleTicks * online.length)}\n`
    this.#write('stat', `${total}${lines.join('')}btime 1700000000\nprocesses ${forks}\n`)
  }

  uptime(seconds: number): void {
    this.#write('uptime', `${seconds.toFixed(2)} 0.00\n`)
  }

  process(pid: number, options: TreeProcess = {}): void {
    const {
      ppid = 1,
      comm = `p${pid}`,
      state = 'S',
      start = 50,
      cpuTicks = 0,
      pages = 10,
    } = options
    const head = `${pid} (${comm}) ${state} ${ppid} ${pid} ${pid} 0 -1 0 0 0 0 0`
    mkdirSync(path.join(this.root, String(pid)), { recursive: true })
    this.#write(`${pid}/stat`, `${head} ${cpuTicks} 0 0 0 20 0 1 0 ${start} 40960 ${pages} 0\n`)
    this.#write(`${pid}/statm`, `20 ${pages} 0 0 0 0 0\n`)
  }

  remove(pid: number): void {
    rmSync(path.join(this.root, String(pid)), { recursive: true })
  }

  #write(name: string, text: string): void {
    writeFileSync(path.join(this.root, name), text)
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
