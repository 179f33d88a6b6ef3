import { writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { anonymise } from '../packages/testkit/src/anonymise.ts'
import { formatRecording } from '../packages/testkit/src/archive.ts'
import { record } from '../packages/testkit/src/record.ts'

const HELP = `Records this machine's /proc and /sys into one text file for the tests.

  node scripts/record-proc.ts --about "…" --out packages/testkit/recordings/NAME.recording

  --proc, --sys, --etc DIR   other roots
  --pids 1,200-300           only these processes (the recorder itself is always in)
  --keep-command NAME        keep the command line of programs with this short name; repeat
  --replace FROM=TO          replace a text everywhere; repeat
The host name, your user name, addresses and all other command lines are taken out; environments are never read.
Read the file before you commit it.`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    about: { type: 'string' },
    out: { type: 'string' },
    proc: { type: 'string', default: '/proc' },
    sys: { type: 'string', default: '/sys' },
    etc: { type: 'string', default: '/etc' },
    pids: { type: 'string' },
    'keep-command': { type: 'string', multiple: true, default: [] },
    replace: { type: 'string', multiple: true, default: [] },
  },
})

if (values.help || values.about === undefined || values.out === undefined) {
  console.log(HELP)
  process.exit(values.help ? 0 : 2)
}

const recording = record({
  about: values.about,
  procRoot: values.proc,
  sysRoot: values.sys,
  etcRoot: values.etc,
  wanted: wantedPids(values.pids),
})
const replace = new Map(values.replace.map((pair) => splitPair(pair)))
replace.set(hostname(), 'workstation')
// "root" is a word of every machine, not a person.
if (userInfo().username !== 'root') replace.set(userInfo().username, 'anna')
const text = formatRecording(
  anonymise(recording, { replace, keepCommands: new Set(values['keep-command']) }),
)
writeFileSync(values.out, text)
console.log(
  `${values.out}: ${recording.entries.length} entries, ${Math.round(text.length / 1024)} KiB`,
)

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=')
  if (at < 1) throw new Error(`--replace wants FROM=TO, not ${JSON.stringify(pair)}`)
  return [pair.slice(0, at), pair.slice(at + 1)]
}

function wantedPids(list: string | undefined): (pid: number) => boolean {
  if (list === undefined) return () => true
  const ranges = list.split(',').map((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(Number)
    if (!(from <= to))
      throw new Error(`--pids wants numbers and ranges, not ${JSON.stringify(part)}`)
    return { from, to }
  })
  return (pid) => ranges.some(({ from, to }) => pid >= from && pid <= to)
}
