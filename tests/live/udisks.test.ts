import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, type TestContext } from 'vitest'
import { openBus } from '../../packages/platform/src/dbus/dbus-connection.ts'
import { udisks } from '../../packages/platform/src/drives/udisks.ts'
import { until } from '../launcher/launched.ts'
import { compile, HAS_COMPILER } from '../parity/compiled.ts'

const DAEMON = ['/usr/libexec/udisks2/udisksd', '/usr/lib/udisks2/udisksd'].find((file) =>
  existsSync(file),
)

/** What udev tells of a SATA disk; the daemon sees no other device, and writes nowhere. */
const PREPARE = `
set -e
mkdir -p /run/udev /var/lib/udisks2
mount -t tmpfs tmpfs /run/udev && mkdir -p /run/udev/data
mount -t tmpfs tmpfs /var/lib/udisks2
printf '%s\\n' I:1 E:ID_ATA=1 E:ID_TYPE=disk E:ID_BUS=ata E:ID_ATA_SMART_ACCESS=sat16 E:ID_SERIAL=Trial_T1 \\
  E:ID_SERIAL_SHORT=T1 E:ID_ATA_SATA=1 E:ID_ATA_FEATURE_SET_SMART=1 E:ID_ATA_FEATURE_SET_SMART_ENABLED=1 > "/run/udev/data/b$1"
exec env LD_PRELOAD="$2" "$3"
`

test('a real UDisks, which has read a disk by its ATA commands, tells what it told', async (context: TestContext) => {
  const disk = process.platform === 'linux' ? wholeDisk() : null
  const canRun = process.getuid?.() === 0 && HAS_COMPILER && existsSync('/usr/bin/dbus-daemon')
  if (disk === null || DAEMON === undefined || !canRun) {
    return context.skip(
      'needs Linux, root, a disk, a C compiler, dbus-daemon and udisks2 to be installed',
    )
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'tmp-udisks-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const shim = compile(folder, '../live/fixtures/sata-disk.c', '-shared', '-fPIC')
  const socket = path.join(folder, 'bus')
  const options = ['--session', `--address=unix:path=${socket}`, '--nofork', '--nopidfile']
  run(['dbus-daemon', ...options])
  await until('there is a bus', () => existsSync(socket))
  const daemon = udisks(() => openBus(socket))
  expect(await daemon.ask(disk.id, true)).toBe(null)

  const unshared = ['unshare', '--mount', 'sh', '-c', PREPARE, 'sh']
  const own = run([...unshared, disk.number, shim, DAEMON], {
    DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}`,
    DISK: `/dev/${disk.id}`,
  })
  let told = await daemon.ask(disk.id, true)
  await until('the daemon has read the disk', async () => {
    if (own.exitCode !== null) throw new Error('the daemon ended')
    told = await daemon.ask(disk.id, true)
    return told !== null
  })
  expect(told).toMatchObject({
    state: 'told',
    facts: {
      protocol: 'ata',
      passed: true,
      complaints: [],
      temperatureCelsius: 38,
      powerOnHours: 35_000,
      powerCycles: 900,
      mediaErrors: 2,
      reallocatedSectors: 8,
      pendingSectors: 16,
    },
  })
  expect(await daemon.ask('no-such-disk', true)).toBe(null)
})

/** Any device of the machine, to give its name and number; nothing is asked of it. */
function wholeDisk(): { id: string; number: string } | null {
  const id = readdirSync('/sys/block').find((name) => /^(?:vd|sd|nvme)/.test(name))
  if (id === undefined || !existsSync(`/dev/${id}`)) return null
  return { id, number: readFileSync(`/sys/block/${id}/dev`, 'utf8').trim() }
}

function run([program = '', ...args]: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    if (child.kill()) await ended
  })
  return child
}
