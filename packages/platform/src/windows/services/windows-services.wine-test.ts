import { expect, test } from 'vitest'
import { createServices } from '../../services/create-services.ts'
import { SERVICE_RIGHT, serviceCalls } from './service-calls.ts'

const services = await createServices()
if (services === null) throw new Error('no services provider')
const order = (name: string, action: 'start' | 'stop' | 'enable' | 'disable') =>
  services.act({ scope: 'system', name, action, confirmName: undefined, expiresAtMs: undefined })
const named = async (name: string) =>
  (await services.list()).services.find((service) => service.name === name)

test('the services of Windows are listed with their state, process and start', async () => {
  const { services: all, missing } = await services.list()
  expect(missing.system).toBeNull()
  expect(all.map(({ name }) => name)).toContain('RpcSs')
  const running = all.filter(({ state }) => state === 'active')
  expect(running.length).toBeGreaterThan(0)
  expect(running.filter(({ pid }) => pid === null)).toEqual([])
  expect(all.filter(({ starts }) => starts === null)).toEqual([])
  expect(all.find(({ name }) => name === 'RpcSs')).toMatchObject({ critical: true })
})

test('a service is started and stopped, and says so', async () => {
  expect(await order('Spooler', 'start')).toMatchObject({ result: 'done', state: 'active' })
  expect(await named('Spooler')).toMatchObject({ state: 'active' })
  expect(await order('Spooler', 'stop')).toMatchObject({ result: 'done', state: 'inactive' })
})

test('its start is switched to by hand and back', async () => {
  expect(await order('Spooler', 'disable')).toMatchObject({ result: 'done', starts: 'disabled' })
  expect(await named('Spooler')).toMatchObject({ starts: 'disabled' })
  expect(await order('Spooler', 'enable')).toMatchObject({ result: 'done', starts: 'enabled' })
})

test('what is done when a service ends unasked for', () => {
  const { service } = serviceCalls()?.open('Spooler', SERVICE_RIGHT.queryConfig) ?? {}
  expect(service?.failureActions()).toEqual({ kind: 'unsupported' }) // Wine keeps none
  service?.close()
})

test('what is not there is gone', async () => {
  expect(await order('NoSuchService', 'start')).toMatchObject({ result: 'gone' })
  expect(serviceCalls()?.open('NoSuchService', SERVICE_RIGHT.queryStatus)).toEqual({
    code: 1060,
    service: null,
  })
})
