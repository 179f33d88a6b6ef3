import type { PressureSample, Stall } from '../machine.ts'
import { ByteScanner } from './byte-scanner.ts'

/** `/proc/pressure/{cpu,memory,io}`, percent. Source: psi.rst of the kernel. A cut line is null. */
export function parsePressure(bytes: Uint8Array, length = bytes.length): PressureSample {
  const scanner = new ByteScanner(bytes, length)
  const pressure: PressureSample = { some: null, full: null }
  for (; !scanner.done; scanner.nextLine()) {
    if (scanner.take('some ')) pressure.some = parseStall(scanner)
    else if (scanner.take('full ')) pressure.full = parseStall(scanner)
  }
  return pressure
}

function parseStall(scanner: ByteScanner): Stall | null {
  const avg10 = takeValue(scanner, 'avg10=')
  const avg60 = takeValue(scanner, 'avg60=')
  const avg300 = takeValue(scanner, 'avg300=')
  const all = [avg10, avg60, avg300]
  return all.every((percent) => percent >= 0 && percent <= 100) ? { avg10, avg60, avg300 } : null
}

function takeValue(scanner: ByteScanner, key: string): number {
  scanner.skipBlanks()
  return scanner.take(key) ? scanner.decimal() : -1
}

/** The three averages of `/proc/loadavg`; null when cut. Source: proc_loadavg(5). */
export function parseLoadavg(
  bytes: Uint8Array,
  length = bytes.length,
): [number, number, number] | null {
  const scanner = new ByteScanner(bytes, length)
  const one = scanner.decimal()
  const five = scanner.decimal()
  const fifteen = scanner.decimal()
  return one < 0 || five < 0 || fifteen < 0 ? null : [one, five, fifteen]
}
