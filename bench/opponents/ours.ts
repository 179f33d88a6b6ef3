import { nodeProgram, serviceFlags } from './node-program.ts'
import { lineOpponent } from './opponent.ts'

/** V8 compiles the sweep after some hundred rounds, which a service has behind it within minutes. */
const WARM_UP = 60

/** The sweep alone, in a Node like the service's. Everything else is compared with it. */
export const ours = lineOpponent({
  name: 'ours: sweep',
  find: async () => nodeProgram('our-sweep.ts', ['sweep'], null, serviceFlags()),
  warmUp: WARM_UP,
})

/** The sweep and all that follows until the frame for the viewers is text. */
export const oursFramed = lineOpponent({
  name: 'ours: sweep, apps and frame',
  find: async () => nodeProgram('our-sweep.ts', ['frame'], null, serviceFlags()),
  warmUp: WARM_UP,
})

/** The sweep when no PSS is due: nearer to what the others do. */
export const oursWithoutPss = lineOpponent({
  name: 'ours: sweep without PSS readings',
  find: async () => nodeProgram('our-sweep.ts', ['sweep-without-pss'], null, serviceFlags()),
  warmUp: WARM_UP,
})
