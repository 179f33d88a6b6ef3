import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePorts, Place, until } from './launched.ts'

let place: Place
beforeEach(() => {
  place = new Place()
})
afterEach(() => place.clear())

test('a killed service comes back while the others never stop, and the tokens stay', async () => {
  const launched = place.launch(await freePorts())
  await launched.running()
  const token = readFileSync(join(place.runDir, 'control.token'), 'utf8')
  const [before, other] = [
    await launched.servicePid('accuracy'),
    await launched.servicePid('stats'),
  ]
  process.kill(before ?? 0, 'SIGKILL')
  await until('it is back as another process', async () => {
    const now = await launched.servicePid('accuracy')
    return now !== null && now !== before
  })
  expect(await launched.servicePid('stats')).toBe(other)
  expect(readFileSync(join(place.runDir, 'control.token'), 'utf8')).toBe(token)
  expect(launched.output).toContain('was ended by SIGKILL. Starting it again in 1 s.')
})

test('a service that dies at every start is left off after five, with its last words; nothing half-started stays', async () => {
  place.tell('stats', 'crash')
  const launched = place.launch(await freePorts())
  expect(await launched.ended()).toBe(1)
  const waits = [...launched.output.matchAll(/Starting it again in (\d+) s/g)].map((match) =>
    Number(match[1]),
  )
  expect(waits).toEqual([1, 2, 4, 8])
  expect(launched.output).toContain('ended with code 3, 5 times in a row, and is left off')
  expect(launched.output).toContain('  fixture stats: the disk is on fire')
  expect(launched.output).not.toContain('is running at')
  expect(launched.servicePids()).toEqual([])
  expect(place.tokenFiles()).toEqual([])
})

test('a service that refuses to run is not tried again', async () => {
  place.tell('stats', 'refuse')
  const launched = place.launch(await freePorts())
  expect(await launched.ended()).toBe(1)
  expect(launched.output).toContain('ended with code 77, and is left off')
  expect(launched.output).not.toContain('Starting it again')
})

test('a service that ended because nobody used its rights goes on without them at once, and the launcher says so', async () => {
  place.tell('stats', 'unused')
  const launched = place.launch(await freePorts())
  await launched.running()
  expect(launched.output).toContain('Elevated mode ended, because no command was given for 15 min')
  expect(launched.output).toContain('start it with --elevated-stats')
  expect(launched.output).not.toContain('Starting it again')
})

test('tokens are private files of the right form and in nobody’s command line or environment', async () => {
  const launched = place.launch(await freePorts())
  await launched.running()
  const tokens = ['control.token', 'read.token'].map((name) => {
    const path = join(place.runDir, name)
    const stat = statSync(path)
    expect([name, stat.mode & 0o777, stat.nlink]).toEqual([name, 0o600, 1])
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(/^[A-Za-z0-9_-]{43}\n$/)
    return text.trim()
  })
  for (const pid of [launched.pid, ...launched.servicePids()]) {
    const open =
      readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8')
    for (const token of tokens) expect(open).not.toContain(token)
  }
})

test('each service has a private log', async () => {
  const launched = place.launch(await freePorts())
  await launched.running()
  const log = join(place.runDir, 'state/pages.log')
  expect(statSync(log).mode & 0o777).toBe(0o600)
  await until('the page server has written', () =>
    readFileSync(log, 'utf8').includes('"listening"'),
  )
})

test('a service that was not given the rights it was started for goes on without them at once, and the launcher says so', async () => {
  place.tell('stats', 'declined')
  const launched = place.launch(await freePorts())
  await launched.running()
  expect(launched.output).toContain('You did not allow elevated mode')
  expect(launched.output).toContain('only own processes can be ended')
  expect(launched.output).not.toContain('Starting it again')
})
