import { createMachine } from '@taskmanager/platform'
import { machineContract } from '@taskmanager/testkit/contract'

machineContract('the machine of Windows', {
  create: async () => ({
    provider: await createMachine(),
    async [Symbol.asyncDispose]() {},
  }),
})
