/** The command line cannot be understood; the message says what to write instead. */
export class BenchUsageError extends Error {}

export const PARTS = ['sweep', 'machine', 'http', 'agents', 'stream', 'own-cost', 'heap'] as const
export type PartName = (typeof PARTS)[number]

export interface BenchOptions {
  readonly help: boolean
  /** Few and short rounds: to see that it works, not to publish. */
  readonly quick: boolean
  /** With the row of memory after ten minutes. */
  readonly long: boolean
  readonly parts: readonly PartName[]
  /** Processes on the machine in the sweep part, beside the machine as it is. */
  readonly sizes: readonly number[]
  /** Where the report goes; null prints it only. */
  readonly out: string | null
}

export const REPORT_FILE = 'docs/benchmarks.md'
const SIZES = [500, 1000, 3000, 10_000]
const QUICK_SIZES = [300]
/** More processes than that no measurement here is made for. */
const MOST_PROCESSES = 100_000

export const HELP = `Measures this program beside others on this machine and writes ${REPORT_FILE}. Linux only; about 10 minutes.

  npm run bench [-- options]

  --quick            few, short rounds at ${QUICK_SIZES.join(', ')} processes, to try it; prints only
  --only PART        one of ${PARTS.join(', ')}; repeat for several; prints only
  --sizes 500,1000   processes on the machine in the part sweep, else ${SIZES.join(', ')}; prints only
  --long             also the memory after ten minutes
  --out FILE         write the report to this file, whatever the other options say
  --help             show this text

Nothing is installed: who is missing is named in the report, with how to get it. A quiet machine gives quiet figures.`

/** Reads the command line. @throws BenchUsageError for an option that does not exist or has an odd value */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const flags = new Set<string>()
  const parts: PartName[] = []
  let sizes: number[] | null = null
  let out: string | null = null
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = splitAtEquals(args[i] ?? '')
    const value = () => inline ?? args[++i] ?? ''
    if (name === '--only') parts.push(partOrThrow(value()))
    else if (name === '--sizes') sizes = parseSizes(value())
    else if (name === '--out') out = nonEmpty(name, value())
    else if (['--quick', '--long', '--help', '-h'].includes(name) && inline === undefined)
      flags.add(name)
    else throw new BenchUsageError(`There is no option "${args[i] ?? ''}". Try --help.`)
  }
  const quick = flags.has('--quick')
  const isWhole = !quick && parts.length === 0 && sizes === null
  return {
    help: flags.has('--help') || flags.has('-h'),
    quick,
    long: flags.has('--long'),
    parts: parts.length > 0 ? PARTS.filter((part) => parts.includes(part)) : PARTS,
    sizes: sizes ?? (quick ? QUICK_SIZES : SIZES),
    out: out ?? (isWhole ? REPORT_FILE : null),
  }
}

function splitAtEquals(arg: string): [string, string?] {
  const at = arg.indexOf('=')
  return at < 0 ? [arg] : [arg.slice(0, at), arg.slice(at + 1)]
}

function partOrThrow(text: string): PartName {
  const part = PARTS.find((known) => known === text)
  if (part !== undefined) return part
  throw new BenchUsageError(`--only needs one of ${PARTS.join(', ')}, not "${text}".`)
}

function nonEmpty(name: string, text: string): string {
  if (text === '') throw new BenchUsageError(`${name} needs a value.`)
  return text
}

function parseSizes(text: string): number[] {
  const sizes = text.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : 0))
  if (sizes.some((size) => size < 1 || size > MOST_PROCESSES))
    throw new BenchUsageError(
      `--sizes needs whole numbers up to ${MOST_PROCESSES}, like 500,1000, not "${text}".`,
    )
  return sizes.toSorted((a, b) => a - b)
}
