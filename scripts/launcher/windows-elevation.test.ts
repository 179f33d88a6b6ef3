import { connect } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { cleanCommand } from './clean-command.ts'
import { joinLifeline, LifelineServer, lifelineText, parseLifeline } from './lifeline.ts'

const SYSTEM = 'C:\\Windows\\System32'

describe('the command that takes orders of the environment away', () => {
  const { program, parameters } = cleanCommand(
    ['C:\\Program Files\\nodejs\\node.exe', 'D:\\a & b\\x.ts', '--dir=C:\\run\\'],
    SYSTEM,
  )
  test('is a cmd.exe of the system that runs nothing by itself before', () => {
    expect(program).toBe(`${SYSTEM}\\cmd.exe`)
    expect(parameters).toMatch(/^\/d \/s \/v:off \/c "set "NODE_OPTIONS="&/)
    for (const name of ['NODE_PATH', 'NODE_REDIRECT_WARNINGS', 'OPENSSL_CONF', 'OPENSSL_MODULES'])
      expect(parameters).toContain(`&set "${name}="&`)
  })
  test('quotes each word; a backslash at its end does not take the quote', () => {
    expect(
      parameters.endsWith(
        '&"C:\\Program Files\\nodejs\\node.exe" "D:\\a & b\\x.ts" "--dir=C:\\run\\\\""',
      ),
    ).toBe(true)
  })
  test.each(['C:\\100%\\node.exe', 'C:\\%PATH%', 'a"b', 'a\nb'])('refuses %j', (word) => {
    expect(() => cleanCommand([word], SYSTEM)).toThrow('cannot be started elevated')
  })
})

// A socket in memory stands for the named pipe.
describe.skipIf(process.platform !== 'linux')('the lifeline', () => {
  const open: LifelineServer[] = []
  afterEach(() => {
    for (const server of open.splice(0)) server.close()
  })
  async function listen() {
    const heard: string[] = []
    let wake = () => {}
    const server = await LifelineServer.listen((text) => {
      heard.push(text)
      wake()
    })
    open.push(server)
    const next = () => new Promise<void>((resolve) => (wake = resolve))
    return { server, heard, next }
  }

  test('passes on what the other end says, and tells it to stop', async () => {
    const { server, heard, next } = await listen()
    const heardIt = next()
    const end = await joinLifeline(server.name)
    end.write('hello\n')
    await heardIt
    expect(heard.join('')).toBe('hello\n')
    server.stop()
    expect(String((await once(end, 'data'))[0])).toBe('stop\n')
    end.destroy()
  })

  test('one that comes after it was told to stop is told so', async () => {
    const { server } = await listen()
    server.stop()
    const end = await joinLifeline(server.name)
    expect(String((await once(end, 'data'))[0])).toBe('stop\n')
    end.destroy()
  })

  test('ends with its near end', async () => {
    const { server, next } = await listen()
    const heardIt = next()
    const end = await joinLifeline(server.name)
    end.write('here')
    await heardIt
    end.resume()
    server.close()
    await once(end, 'close')
    expect(end.destroyed).toBe(true)
  })

  test('who does not know the word is hung up on, and does not keep the right one out', async () => {
    const { server, heard, next } = await listen()
    const stranger = connect({ path: `\0task-manager-pro-${server.name.pipe}` })
    stranger.on('error', () => {})
    stranger.write(`${'0'.repeat(32)}\nforged\n`)
    await once(stranger, 'close')
    const heardIt = next()
    const end = await joinLifeline(server.name)
    end.write('true\n')
    await heardIt
    expect(heard.join('')).toBe('true\n')
    end.destroy()
  })

  test('without a near end there is nothing to join', async () => {
    await expect(joinLifeline({ pipe: '0'.repeat(32), word: '0'.repeat(32) })).rejects.toThrow(
      'ECONNREFUSED',
    )
  })
})

test('a name survives a command line, and nothing else is one', () => {
  const name = { pipe: 'a'.repeat(32), word: '0'.repeat(32) }
  expect(parseLifeline(lifelineText(name))).toEqual(name)
  for (const odd of ['', 'a.b', `${'A'.repeat(32)}.${'0'.repeat(32)}`, `..\\${'a'.repeat(32)}`])
    expect(parseLifeline(odd)).toBe(null)
})
