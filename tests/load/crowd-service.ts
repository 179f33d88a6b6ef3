/** The list service over a crowd, as a process of its own, whose time may run faster (`inside.ts`). Tells when it listens. */
import { startCrowd } from './crowd.ts'

const { CROWD, REAL_PID, REAL_START_ID } = process.env
const crowd = await startCrowd(Number(CROWD), process.env, {
  births: 3,
  real: { pid: Number(REAL_PID), name: 'page-soak', facts: { startId: REAL_START_ID ?? '' } },
})
process.on('SIGTERM', () => void crowd[Symbol.asyncDispose]().then(() => process.exit(0)))
process.send?.('listening')
