import { nativeProgram } from '../native.ts'
import { outputOf } from '../run-once.ts'
import { lineOpponent, type Opponent } from './opponent.ts'

/** A command of one shot, started anew for each sweep as a program that calls it must. */
function commandOpponent(program: string, args: readonly string[], from: string): Opponent {
  return lineOpponent({
    name: [program, ...args].join(' '),
    async find() {
      const version = await outputOf(program, ['--version'])
      if (version === null) return { missing: `apt-get install ${from}` }
      const runner = await nativeProgram('run-command')
      if (typeof runner !== 'string') return runner
      return { command: runner, args: [program, ...args], version: version.split('\n')[0] ?? null }
    },
  })
}

export const ps = commandOpponent('ps', ['-eo', 'pid,ppid,comm,pcpu,rss,nlwp,stat,user'], 'procps')
export const top = commandOpponent('top', ['-b', '-n', '1'], 'procps')
