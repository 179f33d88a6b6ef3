import { lineOpponent } from './opponent.ts'
import { pythonProgram } from './python.ts'

/** The loops of the prototype's two Python services, alive from sweep to sweep as they were. */
export const psutilV1 = lineOpponent({
  name: 'psutil, loop of the prototype v1',
  find: () => pythonProgram('psutil_loops.py', ['v1'], ['psutil']),
})

export const psutilV2 = lineOpponent({
  name: 'psutil, loop of the prototype v2',
  find: () => pythonProgram('psutil_loops.py', ['v2'], ['psutil']),
})
