import {
  createFigures,
  createMachine,
  createPeerLookup,
  createPorts,
  createProcessControl,
  createProcessDetail,
  createServices,
  defaultOptions,
} from '@taskmanager/platform'
import {
  ConfigError,
  startListening,
  PortTakenError,
  readConfig,
  stopOnSignals,
  type Service,
} from '@taskmanager/service-kit'
import { buildApp } from './app.ts'

try {
  const config = readConfig('stats')
  const peers = createPeerLookup({ ownerUid: config.ownerUid })
  let told: Service | null = null
  const machine = await createMachine(defaultOptions, {
    onError: (source, error) =>
      told?.logOnce.warn(`machine ${source}`, { err: error }, `A source failed: ${source}.`),
  })
  const control = await createProcessControl()
  const { service, sampler, pending } = await buildApp({
    config,
    peers,
    machine,
    control,
    details: await createProcessDetail(),
    ports: await createPorts(),
    figures: await createFigures(),
    services: await createServices(),
  })
  told = service
  sampler.start()
  process.once('exit', () => void pending.stop()) // also after a bug: what it suspended goes on
  stopOnSignals(service, {
    onStop: async () => {
      control.stopWatching() // what was sent is told and logged before we go
      await pending.stop()
      await sampler.stop()
      await machine.close()
    },
  })
  await pending.recover()
  await startListening(service)
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof PortTakenError)) throw error
  console.error(error.message)
  process.exit(1)
}
