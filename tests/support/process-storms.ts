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

/** Runs `true` so many times once a line comes in, then stays. */
export async function countedRuns(count: number): Promise<KnownProcess & { run(): Promise<void> }> {
  const script = `echo up; read -r go; for ((i = 0; i < ${count}; i++)); do /bin/true; done; echo ran; read -r end`
  const child = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] })
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

/** Shells do not ignore SIGCHLD; null where this is missing too. */
const PERL = ['/usr/bin/perl', '/usr/local/bin/perl'].find((file) => existsSync(file)) ?? null

/** A parent that never waits: the kernel collects its children, and their time is nobody's. null without perl. */
export async function carelessParent(): Promise<KnownProcess | null> {
  if (PERL === null) return null
  const script = [
    "$SIG{CHLD} = 'IGNORE'; $| = 1; print qq(up\\n);",
    'while (1) { if (!fork) { my $x = 0; while ((times)[0] < 0.1) { $x++ for 1 .. 10000 } exit }',
    'select(undef, undef, undef, 0.3) }',
  ].join(' ')
  const child = spawn(PERL, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return dispose(child)
}
