import { nodeProgram, serviceFlags } from './node-program.ts'
import { lineOpponent, V8_WARM_UP } from './opponent.ts'

/** The sweep alone, in a Node like the service's. Everything else is compared with it. */
export const ours = lineOpponent({
  name: 'ours: sweep',
  find: async () => nodeProgram('our-sweep.ts', ['sweep'], null, serviceFlags()),
  warmUp: V8_WARM_UP,
})

/** The sweep and all that follows until the frame for the viewers is text. */
export const oursFramed = lineOpponent({
  name: 'ours: sweep, apps and frame',
  find: async () => nodeProgram('our-sweep.ts', ['frame'], null, serviceFlags()),
  warmUp: V8_WARM_UP,
})

/** The sweep when no PSS is due: nearer to what the others do. */
export const oursWithoutPss = lineOpponent({
  name: 'ours: sweep without PSS readings',
  find: async () => nodeProgram('our-sweep.ts', ['sweep-without-pss'], null, serviceFlags()),
  warmUp: V8_WARM_UP,
})
