// The stats service of the system as its installer leaves it, run with the command, the environment and the rights of its unit: who may do
// what with it, and what it may do. In namespaces, so that nothing of this machine is changed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test, beforeAll } from 'vitest'

const ROOT = path.join(import.meta.dirname, '../..')
const SCRIPT = path.join(import.meta.dirname, 'support/system-service-namespace.sh')
const NAMESPACES = ['--mount', '--pid', '--net', '--ipc', '--fork', '--kill-child', '--mount-proc']
const lacks =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'needs Linux and root, to make namespaces and users'
    : ['/etc/systemd', '/usr/bin/setpriv', '/usr/sbin/useradd', '/usr/bin/curl'].find(
        (program) => !existsSync(program),
      )
if (lacks !== undefined) console.log(`Skipped: the service of the system (${lacks}).`)

interface Said {
  code: number
  said: string
}
interface Facts {
  judged: { verify: Said | null; exposure: number | null }
  installed: { said: string[]; owners: number; untrusted: string | null }
  rights: Record<string, unknown>
  files: unknown[]
  readers: Record<string, unknown> & { strangerToken: Said }
  control: Record<string, unknown>
  unknown: Record<string, string>
  memory: [string, boolean][]
  actions: unknown[]
  refusals: { stranger: Said; plain: Said }
  memberListens: boolean[]
  sessions: Record<string, unknown> & { secondStart: Said; commandLine: Said }
  rotated: unknown
  tokensStay: boolean
  tokensLeft: string[]
  removed: { code: number; said: string; left: string[] }
}

/** What the driver found; the namespaces end with it. */
async function findFacts(): Promise<Facts> {
  const machine = spawn('unshare', [...NAMESPACES, 'sh', SCRIPT, ROOT, process.execPath], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 80_000,
    killSignal: 'SIGKILL', // everything in the namespaces ends with it
  })
  const ended = once(machine, 'close')
  let [facts, complaints] = ['', '']
  machine.stderr.on('data', (data: Buffer) => (complaints += data.toString()))
  machine.stdout.on('data', (data: Buffer) => (facts += data.toString()))
  await ended
  const answer = facts.split('\n').find((line) => line.startsWith('{"judged"'))
  if (answer === undefined) throw new Error(`the driver ended early:\n${complaints}${facts}`)
  return JSON.parse(answer) as Facts
}

describe.skipIf(lacks !== undefined)('the stats service of the system', () => {
  let facts: Facts
  beforeAll(async () => {
    facts = await findFacts()
  })

  test('a dry run only says what it would do; a second install does what is left to do', () => {
    const { said, ...made } = facts.installed
    const steps = said.filter((line) => /^(would )?(make|copy|write) /.test(line))
    expect(steps.map((line) => line.replace(/ (the|to|\/).*/, ''))).toEqual([
      'would make',
      'would copy',
      'would write',
      'make',
      'copy',
      'write',
      'copy',
      'write',
    ])
    expect(said.filter((line) => line.includes('may end any process'))).toHaveLength(3)
    expect(made).toEqual({ owners: 0, untrusted: null })
  })

  test('systemd finds no fault in the unit and little to expose', () => {
    const { verify, exposure } = facts.judged
    expect(verify ?? { code: 0, said: '' }).toEqual({ code: 0, said: '' })
    expect(exposure ?? 0).toBe(0) // at most 3 of 10
  })

  test('it has CAP_KILL and CAP_SYS_NICE and never more', () => {
    expect(facts.rights).toEqual({
      uids: true,
      capabilities: Array.from({ length: 4 }, () => '0000000000800020'),
      noNewPrivileges: '1',
    })
  })

  test('its tokens are for its group, its log for itself', () => {
    expect(facts.files).toEqual([
      ['/run/task-manager-pro', '750', true, true],
      ['/run/task-manager-pro/control.token', '640', true, true],
      ['/run/task-manager-pro/read.token', '640', true, true],
      ['/var/lib/task-manager-pro', '700', true, true],
    ])
  })

  test('root reads, a member by token, a stranger not at all', () => {
    const { strangerToken, ...readers } = facts.readers
    expect(readers).toEqual({
      root: 200,
      member: '401',
      stranger: '401',
      memberToken: true,
      byToken: 200,
    })
    expect(strangerToken.said).toContain('Permission denied')
  })

  test('it ends and changes a process of a third user, and writes that down', () => {
    expect(facts.control).toEqual({
      permitted: true,
      priority: 'priority_changed',
      ioPriority: 'io_priority_changed',
      suspend: 'suspended',
      resume: 'resumed',
      kill: 'terminated',
    })
    expect(facts.actions).toEqual([
      ['priority -5', 'priority_changed', true],
      ['io priority low', 'io_priority_changed', true],
      ['suspend', 'suspended', true],
      ['resume', 'resumed', true],
      ['end', 'terminated', true],
    ])
  })

  test('it reads nothing of it that another user may not read', () => {
    expect(facts.memory).toEqual(['environ', 'mem', 'maps', 'fd/0'].map((name) => [name, true]))
    expect(facts.unknown).toMatchObject({
      io: 'not_permitted',
      exe: 'not_permitted',
      num_fds: 'not_permitted',
    })
  })

  test('a member starts the rest beside it, and the page gets its token; nobody else does', () => {
    expect(facts.memberListens).toEqual([true, true])
    const { secondStart, commandLine, ...sessions } = facts.sessions
    expect(sessions).toEqual({
      member: true,
      memberAtStats: 'unauthorized',
      stranger: 'unauthorized',
    })
    expect(secondStart.said).toContain('Task Manager Pro is already running at')
    expect(secondStart.code).toBe(0)
    expect(commandLine).toMatchObject({ code: 0, said: expect.stringContaining(' ended.') })
    expect(facts.tokensStay).toBe(true)
  })

  test('a stranger is told why not and what to do', () => {
    expect(facts.refusals.stranger).toEqual({
      code: 1,
      said:
        'You are not in group task-manager-pro, whose members may end any process of this computer. An administrator can add you ' +
        'with: sudo usermod -aG task-manager-pro stranger (it counts from your next login). Without it, run: npm start\n',
    })
    expect(facts.refusals.plain.code).toBe(1)
    expect(facts.refusals.plain.said).toContain(
      'It is the stats service of the system, which members of its group may use: npm start -- --system-stats',
    )
  })

  test('after a crash it comes back with other tokens, and the page gets those', () => {
    expect(facts.rotated).toEqual({ stale: 401, fresh: true })
  })

  test('it takes its tokens away when it stops, and the uninstaller everything', () => {
    expect(facts.tokensLeft).toEqual([])
    expect(facts.removed).toEqual({ code: 0, said: '', left: [] })
  })
})
