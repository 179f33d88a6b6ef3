import { nodeProgram } from './node-program.ts'
import { lineOpponent, V8_WARM_UP } from './opponent.ts'

/** CPU and memory of all pids by pidusage, the list of pids from `/proc`. */
export const pidusage = lineOpponent({
  name: 'pidusage on all pids',
  find: async () => nodeProgram('node-packages.ts', ['pidusage'], null),
  warmUp: V8_WARM_UP,
})

/** Most of its work is done by the `ps` it starts, so a long warm-up would gain it nothing. */
export const systeminformation = lineOpponent({
  name: 'systeminformation.processes()',
  find: async () => nodeProgram('node-packages.ts', ['processes'], null),
})
