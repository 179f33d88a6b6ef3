import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { TestContext } from 'vitest'

/** A systemd with a bus and units of its own, in namespaces of its own: nothing of the machine is touched. */
export interface OwnSystemd extends AsyncDisposable {
  /** Path by which its system bus is reached from outside. */
  readonly busPath: string
  /** Pid of the systemd, as seen from outside. */
  readonly pid: number
}

const NAMESPACES = ['--pid', '--mount', '--fork', '--mount-proc', '--kill-child']
const READY_MS = 20_000
/** As seen from within. */
const BUS_SOCKET = 'run/dbus/system_bus_socket'

/**
 * Only units written here are known: those of the machine would clean its /tmp, mount and log in. The bus is Debian's,
 * started by systemd as on any machine; its journal is started by whoever wants one.
 */
const PREPARE = `
set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /var/tmp
# systemd makes this one read-only, for everybody who shares it.
if [ "$(stat -f -c %T /sys/fs/cgroup)" = tmpfs ]; then mount -t tmpfs tmpfs /sys/fs/cgroup; fi
mkdir -p /etc/systemd/system /run/units /run/dbus
mount -t tmpfs tmpfs /etc/systemd/system
cd /run/units
printf '%s\\n' '[Unit]' 'DefaultDependencies=no' 'Wants=dbus.socket demo.service tick.timer' \
  'After=dbus.socket' > test.target
printf '%s\\n' '[Unit]' 'DefaultDependencies=no' '[Socket]' 'ListenStream=/run/dbus/system_bus_socket' > dbus.socket
printf '%s\\n' '[Unit]' 'Description=The bus' 'DefaultDependencies=no' '[Service]' \
  'ExecStart=/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation' > dbus.service
printf '%s\\n' '[Unit]' 'DefaultDependencies=no' 'Before=sockets.target' '[Socket]' \
  'ListenStream=/run/systemd/journal/stdout' 'ListenDatagram=/run/systemd/journal/socket' \
  'PassCredentials=yes' 'PassSecurity=yes' > systemd-journald.socket
printf '%s\\n' '[Unit]' 'Description=Journal' 'DefaultDependencies=no' 'Requires=systemd-journald.socket' \
  'After=systemd-journald.socket' '[Service]' 'Type=notify' 'NotifyAccess=all' \
  'Sockets=systemd-journald.socket' 'StandardOutput=null' \
  'ExecStart=/usr/lib/systemd/systemd-journald' > systemd-journald.service
printf '%s\\n' '[Unit]' 'Description=Says something' 'DefaultDependencies=no' '[Service]' \
  'StandardOutput=journal' 'StandardError=journal' 'SyslogIdentifier=talker' \
  'ExecStart=/bin/sh /run/units/talk.sh' > talker.service
cat > talk.sh <<'END'
echo '<3>it broke'
printf '\\033[31mred\\033[0m\\n'
echo plain
exec sleep 1000
END
printf '%s\\n' '[Unit]' 'Description=Sleeps for the test' 'DefaultDependencies=no' '[Service]' \
  'Type=exec' 'ExecStart=/bin/sleep 1000' '[Install]' 'WantedBy=test.target' > demo.service
printf '%s\\n' '[Unit]' 'Description=Ticks' 'DefaultDependencies=no' '[Timer]' \
  'OnCalendar=Mon..Fri 03:30' 'OnActiveSec=90min' 'Unit=demo.service' > tick.timer
printf '%s\\n' '[Unit]' 'Description=Cannot start' 'DefaultDependencies=no' '[Service]' \
  'Type=oneshot' 'ExecStart=/bin/false' > broken.service
printf '%s\\n' '[Unit]' 'Description=Keeps the network' 'DefaultDependencies=no' '[Service]' \
  'ExecStart=/bin/sleep 1000' > NetworkManager.service
ln -s NetworkManager.service dbus-org.network.service
printf '%s\\n' '[Unit]' 'DefaultDependencies=no' '[Service]' 'ExecStart=/bin/sleep %i' > each@.service
export SYSTEMD_UNIT_PATH=/etc/systemd/system:/run/units container=test
exec "$1" --system --unit=test.target --log-target=null --show-status=no
`

const SYSTEMD = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'].find((file) =>
  existsSync(file),
)

/** null where it can't be: then the test is skipped with the reason. */
export async function startOwnSystemd(context: TestContext): Promise<OwnSystemd | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    context.skip('needs Linux and root, to make namespaces')
    return null
  }
  if (SYSTEMD === undefined || !existsSync('/usr/bin/dbus-daemon')) {
    context.skip('needs systemd and dbus-daemon to be installed')
    return null
  }
  const allowed = spawnSync('unshare', [...NAMESPACES, 'true'], { encoding: 'utf8' })
  if (allowed.status !== 0) {
    context.skip(`this machine allows no such namespace: ${allowed.stderr.trim()}`)
    return null
  }
  const outer = spawn('unshare', [...NAMESPACES, 'sh', '-c', PREPARE, 'sh', SYSTEMD], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  outer.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<void>((resolve) => outer.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    outer.kill('SIGKILL') // and with it all that runs in its namespace
    await ended
  }
  const until = Date.now() + READY_MS
  while (Date.now() < until && outer.exitCode === null) {
    const pid = childOf(outer.pid ?? 0)
    const busPath = path.join('/proc', String(pid), 'root', BUS_SOCKET)
    if (pid !== null && existsSync(busPath)) return { busPath, pid, [Symbol.asyncDispose]: stop }
    await wait(50)
  }
  await stop()
  throw new Error(`systemd did not open its bus in ${READY_MS} ms: ${said}`)
}

/** The one child of a process. */
function childOf(pid: number): number | null {
  try {
    const [thread] = readdirSync(`/proc/${pid}/task`)
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim()
    return children === '' ? null : Number(children.split(' ')[0])
  } catch {
    return null
  }
}
