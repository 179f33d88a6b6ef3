import { nativeProgram } from '../native.ts'
import { lineOpponent } from './opponent.ts'

const floorWith = (args: readonly string[]) => async () => {
  const program = await nativeProgram('floor')
  return typeof program === 'string' ? { command: program, args, version: null } : program
}

/** The same system calls as our sweep, in C. */
export const floor = lineOpponent({
  name: 'floor: the same calls in C',
  find: floorWith(['pss']),
})

/** Without the PSS readings, on which the above spends what ours does. */
export const bareFloor = lineOpponent({
  name: 'floor without PSS readings',
  find: floorWith([]),
})
