import type { PressureSample } from '../machine.ts'
import { KeptFile } from './kept-file.ts'
import { parsePressure } from './parse-pressure.ts'

/** Pressure stall information; null where the kernel has none (before 4.20, or switched off). */
export class PressureFiles {
  readonly #files: { cpu: KeptFile; memory: KeptFile; io: KeptFile }

  constructor(procRoot: string) {
    const file = (name: string) => new KeptFile(`${procRoot}/pressure/${name}`)
    this.#files = { cpu: file('cpu'), memory: file('memory'), io: file('io') }
  }

  read() {
    return { cpu: one(this.#files.cpu), memory: one(this.#files.memory), io: one(this.#files.io) }
  }

  close(): void {
    for (const file of Object.values(this.#files)) file.close()
  }
}

function one(file: KeptFile): PressureSample | null {
  return file.read().kind === 'ok' ? parsePressure(file.bytes, file.length) : null
}
