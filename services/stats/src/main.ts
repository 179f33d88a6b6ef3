import {
  createContainers,
  createFigures,
  createMachine,
  createNetworkUse,
  createPeerLookup,
  createPorts,
  createProcessControl,
  createProcessDetail,
  createServiceLog,
  createServices,
  createStartup,
  createSessions,
  defaultOptions,
  directoryFaultOf,
  leaveHungCalls,
  ownRights,
} from '@taskmanager/platform'
import {
  ConfigError,
  startListening,
  PortTakenError,
  readConfig,
  removeTokens,
  stopOnSignals,
  TokenFileError,
  UNUSED_EXIT_CODE,
  UnusedWatch,
  writeTokens,
  type Service,
} from '@taskmanager/service-kit'
import { buildApp } from './app.ts'

try {
  const config = readConfig('stats')
  if (config.mintsTokens) writeTokens(config.runDir, { groupMayRead: config.groupMayReadTokens })
  const peers = createPeerLookup({ ownerUid: config.ownerUid, ownerSid: config.ownerSid })
  let unused: UnusedWatch | null = null
  let told: Service | null = null
  const machine = await createMachine(defaultOptions, {
    onError: (source, error) =>
      told?.logOnce.warn(`machine ${source}`, { err: error }, `A source failed: ${source}.`),
  })
  const control = await createProcessControl()
  const { service, sampler, pending, audit } = await buildApp({
    config,
    peers,
    directoryFault: directoryFaultOf(config.ownerSid),
    machine,
    control,
    details: await createProcessDetail(),
    ports: await createPorts(),
    figures: await createFigures(),
    networkUse: await createNetworkUse(),
    sessions: await createSessions(),
    containers: await createContainers(),
    services: await createServices(),
    serviceLog: await createServiceLog(),
    startup: await createStartup({
      elevated: ownRights().control,
      ownerUid: config.ownerUid,
    }),
    onTokenUse: () => unused?.note(),
  })
  told = service
  sampler.start()
  process.once('exit', (code) => {
    void pending.stop() // also after a bug: what it suspended goes on
    audit.writeRest()
    leaveHungCalls(code)
  })
  const stop = stopOnSignals(service, {
    onStop: async () => {
      control.stopWatching() // what was sent is told and logged before we go
      if (config.mintsTokens) removeTokens(config.runDir)
      await pending.stop()
      await sampler.stop()
      await machine.close()
    },
  })
  if (config.unusedExitSeconds !== null) {
    unused = new UnusedWatch({
      limitMs: config.unusedExitSeconds * 1000,
      onUnused: () => stop('nobody used the elevated rights', UNUSED_EXIT_CODE),
    })
  }
  await pending.recover()
  await startListening(service)
} catch (error) {
  const isExpected = [ConfigError, PortTakenError, TokenFileError].some(
    (kind) => error instanceof kind,
  )
  if (!(isExpected && error instanceof Error)) throw error
  console.error(error.message)
  process.exit(1)
}
