import {
  createContainerRecords,
  createPeerLookup,
  createProcessTable,
  directoryFaultOf,
} from '@taskmanager/platform'
import {
  ConfigError,
  startListening,
  PortTakenError,
  readConfig,
  stopOnSignals,
} from '@taskmanager/service-kit'
import { buildApp } from './app.ts'

try {
  const config = readConfig('accuracy')
  const peers = createPeerLookup({ ownerUid: config.ownerUid, ownerSid: config.ownerSid })
  const { service, sampler } = await buildApp({
    config,
    peers,
    directoryFault: directoryFaultOf(config.ownerSid),
    provider: await createProcessTable(),
    containers: await createContainerRecords(),
  })
  sampler.start()
  stopOnSignals(service, { onStop: () => sampler.stop() })
  await startListening(service)
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof PortTakenError)) throw error
  console.error(error.message)
  process.exit(1)
}
