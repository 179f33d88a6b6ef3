import { nodeProgram } from './node-program.ts'
import { lineOpponent } from './opponent.ts'

/** CPU and memory of all pids by pidusage, the list of pids from `/proc`. */
export const pidusage = lineOpponent({
  name: 'pidusage on all pids',
  find: async () => nodeProgram('node-packages.ts', ['pidusage'], null),
})

export const systeminformation = lineOpponent({
  name: 'systeminformation.processes()',
  find: async () => nodeProgram('node-packages.ts', ['processes'], null),
})
