import { spawnSync } from 'node:child_process'

/** One thing that the installer does: what it is called, also in a dry run, and how it is done. */
export interface Step {
  readonly says: string
  readonly act: () => unknown
}

/** A command of the system. Its failure is an error with what it said. */
export function run(says: string, [command = '', ...args]: readonly string[]): Step {
  return {
    says: `${says}: ${[command, ...args].join(' ')}`,
    act() {
      const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
      if (error !== undefined) throw error
      if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.trim()}`)
    },
  }
}

/** Does them in their order, or only says them. */
export function perform(steps: readonly Step[], isDryRun: boolean): void {
  for (const { says, act } of steps) {
    console.log(`${isDryRun ? 'would ' : ''}${says}`)
    if (!isDryRun) act()
  }
}
