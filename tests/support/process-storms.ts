import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dispose, type KnownProcess } from '@taskmanager/testkit'

/** A bash that runs a script of its own and has said `up`. */
async function bash(script: string): Promise<KnownProcess> {
  const child = spawn('bash', ['-c', `echo up; ${script}`], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return dispose(child)
}

/** Programs of about a millisecond, one after another. */
export const trueStorm = (): Promise<KnownProcess> => bash('while :; do /bin/true; done')

/** Four jobs at a time of up to some 200 ms of CPU each, as a parallel compilation has them. */
export const compileStorm = (): Promise<KnownProcess> =>
  bash(
    'while :; do for job in 1 2 3 4; do (for ((i = 0; i < RANDOM * 2; i++)); do :; done) & done; wait; done',
  )

/** Does its work once `run` is called, settles when that is done, and stays. */
export interface Runner extends KnownProcess {
  run(): Promise<void>
}

/** @param program says `up`, works when a line comes in, says so and waits for another one */
async function runner(program: string, args: string[]): Promise<Runner> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return {
    ...dispose(child),
    async run() {
      const ran = once(child.stdout, 'data')
      child.stdin.write('go\n')
      await ran
    },
  }
}

/** Runs `true` so many times. */
export const countedRuns = (count: number): Promise<Runner> =>
  runner('bash', [
    '-c',
    `echo up; read -r go; for ((i = 0; i < ${count}; i++)); do /bin/true; done; echo ran; read -r end`,
  ])

/** Shells do not ignore SIGCHLD; null where this is missing too. */
const PERL = ['/usr/bin/perl', '/usr/local/bin/perl'].find((file) => existsSync(file)) ?? null
export const CARELESS_CHILDREN = 5
/** CPU time that each child uses at least, milliseconds. */
export const CARELESS_CHILD_MS = 100

/** A parent that ignores SIGCHLD: the kernel collects its children, and nobody waits for their time. null without perl. */
export async function carelessParent(): Promise<Runner | null> {
  if (PERL === null) return null
  const child = `my $x = 0; while ((times)[0] < ${CARELESS_CHILD_MS / 1000}) { $x++ for 1 .. 10000 } exit`
  // To wait without being told: a pipe that the last child closes.
  const script = [
    "$SIG{CHLD} = 'IGNORE'; $| = 1; print qq(up\\n); <STDIN>; pipe(my $in, my $out);",
    `for (1 .. ${CARELESS_CHILDREN}) { if (!fork) { ${child} } }`,
    'close $out; <$in>; while (wait != -1) {} print qq(ran\\n); <STDIN>',
  ].join(' ')
  return runner(PERL, ['-e', script])
}
