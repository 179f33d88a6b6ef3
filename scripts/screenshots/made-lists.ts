import type { Container, LogLine, StartupItem, UserSession } from '@taskmanager/contracts'
import type { Page } from 'playwright-core'
import type { Scene } from './shots.ts'

/** The page gets this in place of what the service says; what it answers puts an end to it. */
async function answer(page: Page, call: string, json: object): Promise<() => Promise<void>> {
  const url = `**/api/${call}*`
  await page.route(url, (route) =>
    route.fulfill({ json, headers: { 'access-control-allow-origin': new URL(page.url()).origin } }),
  )
  return () => page.unroute(url)
}

/** In the namespace of the pictures there is no systemd: what a desktop has, as the service tells it. */
export async function listServices({ page }: Scene) {
  const unit = (
    name: string,
    description: string,
    [state, sub_state]: readonly [string, string],
    starts: string,
    scope = 'system',
  ) => ({
    name: `${name}.service`,
    unit: `${name}.service`,
    scope,
    description,
    state,
    sub_state,
    starts,
    critical: name === 'NetworkManager',
  })
  const runs = ['active', 'running'] as const
  const services = [
    unit('backup', 'Nightly backup of the home directories', ['failed', 'failed'], 'enabled'),
    unit('bluetooth', 'Bluetooth service', runs, 'enabled'),
    unit('cron', 'Regular background program processing daemon', runs, 'enabled'),
    unit('cups', 'CUPS Scheduler', ['inactive', 'dead'], 'disabled'),
    unit('NetworkManager', 'Network Manager', runs, 'enabled'),
    unit('pipewire', 'PipeWire Multimedia Service', runs, 'disabled', 'user'),
    unit('plymouth-start', 'Show Plymouth Boot Screen', ['active', 'exited'], 'static'),
    unit('postgresql', 'PostgreSQL RDBMS', ['activating', 'auto-restart'], 'enabled'),
    unit('systemd-journald', 'Journal Service', runs, 'static'),
  ]
  const json = { services, missing: { system: null, user: null }, sampled_at_ms: Date.now() }
  const undo = await answer(page, 'services', json)
  await page.getByRole('row').filter({ hasText: 'NetworkManager' }).click()
  return undo
}

/** No engine runs there either: a machine with some containers, whose processes are the demo programs. */
export async function listContainers({ page }: Scene) {
  const container = (name: string, change: Partial<Container> = {}): Container => ({
    id: `${name.length}f2a9b7c4d5e`.slice(0, 12),
    name,
    image: null,
    engine: 'docker',
    state: 'running',
    app_id: `program:${name}:${process.getuid?.()}`,
    processes: 1,
    pid: 4711,
    start_id: 's',
    started_at_ms: Date.now() - 7_200_000,
    memory_bytes: 96 * 2 ** 20,
    memory_limit_bytes: null,
    cpu_limit_count: null,
    throttled_percent: null,
    tasks: 11,
    tasks_limit: null,
    network: 'own',
    recv_bytes_per_second: 0,
    sent_bytes_per_second: 0,
    unknown: {},
    ...change,
  })
  const rest = { state: 'stopped', processes: 0, tasks: null, network: null } as const
  const containers = [
    container('webshop', {
      image: 'registry.example/webshop:2.4',
      cpu_limit_count: 1.5,
      memory_limit_bytes: 512 * 2 ** 20,
      tasks_limit: 200,
      throttled_percent: 34,
      recv_bytes_per_second: 410_000,
      sent_bytes_per_second: 2_900_000,
    }),
    container('postgres', {
      image: 'docker.io/library/postgres:17',
      engine: 'podman',
      memory_bytes: 780 * 2 ** 20,
      memory_limit_bytes: 2 ** 30,
    }),
    container('nginx', { image: 'nginx:1.27', network: 'machine', recv_bytes_per_second: null }),
    container('redis-server', { engine: 'kubernetes', name: 'cart-0/redis', state: 'paused' }),
    container('buildbox', { ...rest, engine: 'nspawn', memory_bytes: null, started_at_ms: null }),
  ]
  const json = { containers, notes: [], sampled_at_ms: Date.now() }
  const undo = await answer(page, 'containers', json)
  await page.getByText('webshop').first().waitFor()
  return undo
}

/** As on a desktop. */
export async function listStartup({ page }: Scene) {
  const item = (name: string, command: string, change: Partial<StartupItem> = {}): StartupItem => ({
    id: name,
    name,
    command,
    app_id: null,
    kind: 'desktop_entry',
    scope: 'everybody',
    file: `/etc/xdg/autostart/${name}.desktop`,
    schedule: null,
    next_at_ms: null,
    runs_as: null,
    state: 'enabled',
    reason: null,
    fixed: null,
    ...change,
  })
  const items = [
    item('Backup reminder', 'backup --remind', { scope: 'you', state: 'disabled' }),
    item('Bluetooth applet', 'blueman-applet', { reason: 'after 5 s' }),
    item('KDE Connect', 'kdeconnectd', { state: 'cannot_start', reason: 'for KDE only' }),
    item('Syncthing', 'syncthing serve', { scope: 'you' }),
    item('Web shop', 'webshop --port 8080'),
    item('man-db', '/etc/cron.daily/man-db', {
      kind: 'cron_directory',
      schedule: 'Every day at 06:25',
      runs_as: 'root',
    }),
    item('sync', '/home/anna/bin/sync --all', {
      kind: 'crontab',
      scope: 'you',
      schedule: 'Every 15 minutes, Monday to Friday',
    }),
    item('apt-daily', 'apt-daily.service', {
      kind: 'timer',
      schedule: 'Every day at 06:00 and 18:00',
      next_at_ms: Date.now() + 7_340_000,
    }),
  ]
  const json = {
    items,
    looked_in: ['~/.config/autostart', '/etc/xdg/autostart'],
    missing: { own: null, everybody: null, crontab: null, cron: null, timers: null },
    sampled_at_ms: Date.now(),
  }
  const undo = await answer(page, 'startup', json)
  await page.getByText('Syncthing').first().click()
  return undo
}

/** Somebody at the desk and somebody far away. */
export async function listSessions({ page }: Scene) {
  const session = (user: string, change: Partial<UserSession>): UserSession => ({
    user,
    terminal: 'pts/0',
    from: null,
    since_ms: Date.now() - 5_400_000,
    idle_seconds: 12,
    pid: 1,
    start_id: 's',
    unknown: {},
    ...change,
  })
  const sessions = [
    session('anna', { terminal: ':0', idle_seconds: null }),
    session('anna', { from: '192.0.2.7', since_ms: Date.now() - 900_000 }),
    session('ben', { terminal: 'pts/1', from: '2001:db8::7', idle_seconds: 2400 }),
  ]
  const json = { sessions, missing: null, sampled_at_ms: Date.now() }
  const undo = await answer(page, 'sessions', json)
  await page.getByText('anna').first().waitFor()
  return undo
}

/** Of a service that starts again and again. */
export async function openLog(scene: Scene) {
  const { page } = scene
  const undoList = await listServices(scene)
  const startMs = Date.now() - 95_000
  const line = (seconds: number, text: string, priority = 6, identifier = 'postgres'): LogLine => ({
    at_ms: startMs + seconds * 1000,
    priority,
    text,
    identifier,
    pid: 2214,
  })
  const lines = [
    line(0, 'Starting PostgreSQL RDBMS...', 6, 'systemd'),
    line(1, 'starting PostgreSQL 17.2 on x86_64-pc-linux-gnu'),
    line(1, 'listening on IPv4 address "127.0.0.1", port 5432'),
    line(2, 'could not write lock file "postmaster.pid": No space left on device', 3),
    line(2, 'postgresql.service: Main process exited, code=exited, status=1/FAILURE', 5, 'systemd'),
    line(2, "postgresql.service: Failed with result 'exit-code'.", 4, 'systemd'),
    line(32, 'postgresql.service: Scheduled restart job, restart counter is at 7.', 6, 'systemd'),
  ]
  const json = { lines, has_older: true, missing: null, sampled_at_ms: Date.now() }
  const undoLog = await answer(page, 'service/log', json)
  await page.getByRole('row').filter({ hasText: 'postgresql' }).click()
  await page.getByRole('button', { name: 'Log', exact: true }).click()
  await page.getByText('Older entries are left out.').waitFor()
  return async () => {
    await undoLog()
    await undoList()
  }
}
