import { chmodSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tree, type Tree } from '../tree-rig.ts'
import { readCronItems } from './cron-items.ts'

const read = (files: Tree, programs = ['cron']) =>
  readCronItems({
    places: {
      tab: path.join(files.root, 'crontab'),
      directory: path.join(files.root, 'cron.d'),
      periods: [
        [path.join(files.root, 'cron.daily'), 'Every day'],
        [path.join(files.root, 'cron.weekly'), 'Every week'],
      ],
    },
    hasProgram: (program) => programs.includes(program),
  })

function machine(): Tree {
  const files = tree({
    'cron.d/backup': '0 2 * * * backup /usr/bin/backup --password=hunter2\n',
    'cron.d/.placeholder': '* * * * * root no\n',
    'cron.daily/man-db': '#!/bin/sh\n',
    'cron.daily/off': '#!/bin/sh\n',
    'cron.daily/old.sh': '#!/bin/sh\n',
    'cron.weekly/clean': '#!/bin/sh\n',
  })
  files.write({
    crontab: `SHELL=/bin/sh
25 6 * * * root cd / && run-parts --report ${files.root}/cron.daily
47 6 * * 7 root test -x /usr/sbin/anacron || { cd / && run-parts ${files.root}/cron.weekly; }
@reboot root /usr/local/bin/warm-up
`,
  })
  for (const name of ['daily/man-db', 'daily/old.sh', 'weekly/clean'])
    chmodSync(path.join(files.root, `cron.${name}`), 0o755)
  return files
}

const shown = ({ items }: Awaited<ReturnType<typeof read>>) =>
  items.map(({ name, schedule, runs_as: user, state, reason }) => [
    name,
    schedule,
    user,
    state === 'enabled' ? state : reason,
  ])

test('jobs of the machine; what a line of the crontab runs from a directory is listed by itself, at that time', async () => {
  using files = machine()
  const read1 = await read(files)
  expect(shown(read1)).toEqual([
    ['warm-up', 'With the machine', 'root', 'enabled'],
    ['backup', 'Every day at 02:00', 'backup', 'enabled'],
    ['man-db', 'Every day at 06:25', 'root', 'enabled'],
    ['off', 'Every day at 06:25', 'root', 'its file is not executable'],
    ['old.sh', 'Every day at 06:25', 'root', 'its name has signs that run-parts leaves out'],
    ['clean', 'Every Sunday at 06:47', 'root', 'enabled'],
  ])
  expect(read1.unreadable).toEqual([])
  expect(JSON.stringify(read1)).not.toContain('hunter2')
  expect(read1.items.every(({ fixed }) => fixed !== null)).toBe(true)
})

test('what the cron of this machine passes over by its name does not start; that of Red Hat takes dots', async () => {
  using files = machine()
  files.write({
    'cron.d/job.dpkg-old': '0 1 * * * root /bin/old\n',
    'cron.d/0hourly.rpmsave': '0 1 * * * root /bin/saved\n',
    'cron.daily/note.txt~': '#!/bin/sh\n',
    'cron.daily/note.txt,v': '#!/bin/sh\n',
  })
  for (const end of ['~', ',v'])
    chmodSync(path.join(files.root, `cron.daily/note.txt${end}`), 0o755)
  const state = async (programs: string[]) =>
    Object.fromEntries(shown(await read(files, programs)).map(([name, , , why]) => [name, why]))
  const passedOver = 'its name has signs that cron leaves out'
  const notRun = 'its name has signs that run-parts leaves out'
  expect(await state(['cron'])).toMatchObject({
    'job.dpkg-old': passedOver,
    '0hourly.rpmsave': passedOver,
    'old.sh': notRun,
    'note.txt~': notRun,
    'note.txt,v': notRun,
    backup: 'enabled',
  })
  expect(await state(['crond'])).toMatchObject({
    'job.dpkg-old': 'enabled',
    '0hourly.rpmsave': passedOver,
    'old.sh': 'enabled',
    'note.txt~': notRun,
    'note.txt,v': notRun,
    backup: 'enabled',
  })
})

test('a line that runs a directory which is not listed here stays a line', async () => {
  using files = tree({ crontab: '0 3 * * * root run-parts /opt/cron.nightly\n' })
  expect(shown(await read(files))).toEqual([['run-parts', 'Every day at 03:00', 'root', 'enabled']])
})

test('a directory that cannot be read is told, not taken for an empty one', async () => {
  using files = tree({ 'cron.d': '-> cron.d', 'cron.weekly': '-> cron.weekly' })
  expect((await read(files)).unreadable).toEqual(
    ['cron.d', 'cron.weekly'].map((name) => path.join(files.root, name)),
  )
})

test('with anacron no time of day is told, without any cron nothing runs, and without files there is nothing', async () => {
  using files = machine()
  expect(shown(await read(files, ['cron', 'anacron'])).at(-1)).toEqual([
    'clean',
    'Every week',
    'root',
    'enabled',
  ])
  expect(new Set(shown(await read(files, [])).map(([, , , state]) => state))).toEqual(
    new Set(['no cron is installed']),
  )
  using nothing = tree({ x: '' })
  expect(await read(nothing)).toEqual({ items: [], unreadable: [] })
})

test('a file that is none, in place of a crontab, is told as not readable', async () => {
  using files = tree({ 'crontab/x': '' })
  expect((await read(files)).unreadable).toEqual([path.join(files.root, 'crontab')])
})
