import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePorts, isAlive, isFree, Place, until } from './launched.ts'

let place: Place
beforeEach(() => {
  place = new Place()
})
afterEach(() => place.clear())

async function expectNothingLeft(
  pids: readonly number[],
  ports: Awaited<ReturnType<typeof freePorts>>,
) {
  await until('no service is left', () => !pids.some(isAlive))
  for (const port of Object.values(ports)) expect([port, await isFree(port)]).toEqual([port, true])
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s stops everything and takes the tokens away',
  async (signal) => {
    const launched = place.launch(await freePorts())
    await launched.running()
    const pids = launched.servicePids()
    expect(pids).toHaveLength(3)
    expect(place.tokenFiles().toSorted()).toEqual(['control.token', 'read.token'])
    launched.child.kill(signal)
    expect(await launched.ended()).toBe(0)
    expect(place.tokenFiles()).toEqual([])
    await expectNothingLeft(pids, launched.ports)
  },
)

test('a service that does not listen is ended all the same', async () => {
  place.tell('accuracy', 'deaf')
  const launched = place.launch(await freePorts())
  await launched.running()
  const pids = launched.servicePids()
  launched.child.kill('SIGTERM')
  expect(await launched.ended()).toBe(0)
  await expectNothingLeft(pids, launched.ports)
})

test('a second Ctrl-C does not wait for anybody', async () => {
  place.tell('accuracy', 'deaf')
  const launched = place.launch(await freePorts())
  await launched.running()
  const pids = launched.servicePids()
  launched.child.kill('SIGINT')
  await until('the services that listen are gone', () => launched.servicePids().length === 1)
  // Within half a second of the first the same Ctrl-C may arrive by way of npm; only a later one is a second.
  const again = setInterval(() => launched.child.kill('SIGINT'), 100)
  expect(await launched.ended()).toBe(130)
  clearInterval(again)
  expect(place.tokenFiles()).toEqual([])
  await expectNothingLeft(pids, launched.ports)
})

test('kill -9 of the launcher ends the services, and the next start works with what was left', async () => {
  const ports = await freePorts()
  const launched = place.launch(ports)
  await launched.running()
  const pids = launched.servicePids()
  launched.child.kill('SIGKILL')
  await launched.ended()
  expect(place.tokenFiles()).toHaveLength(2) // nobody was left to remove them
  const second = place.launch(ports)
  await second.running()
  await until('the services of the first start are gone', () => !pids.some(isAlive))
})

test('a stop during the start leaves nothing behind', async () => {
  place.tell('stats', 'crash')
  const launched = place.launch(await freePorts())
  await until('the start is under way', () => launched.output.includes('Starting it again in 1 s'))
  const pids = launched.servicePids()
  launched.child.kill('SIGTERM')
  expect(await launched.ended()).toBe(0)
  expect(place.tokenFiles()).toEqual([])
  await expectNothingLeft(pids, launched.ports)
})
