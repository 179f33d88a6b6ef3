import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCrontab } from './parse-crontab.ts'
import { calendarWords, cronWords } from './schedule-words.ts'

test('the jobs of a crontab, without settings, remarks and what is no job', () => {
  const crontab = [
    '# @reboot /bin/no',
    'MAILTO=anna',
    'PATH = /bin',
    '@reboot /home/anna/bin/sync --all',
    '  @daily\tdate +\\%s > /tmp/x%input',
    '@rebooted /bin/no',
    '@reboot',
    '*/5  * * * mon-fri  /bin/check',
    '1 2 3 4 /bin/four',
  ].join('\n')
  expect(parseCrontab(crontab, false)).toEqual([
    { schedule: '@reboot', user: null, command: '/home/anna/bin/sync --all' },
    { schedule: '@daily', user: null, command: 'date +%s > /tmp/x' },
    { schedule: '*/5 * * * mon-fri', user: null, command: '/bin/check' },
  ])
  expect(parseCrontab('30 3 * * 0 root test -x /x || y\n0 1 * * * root\n', true)).toEqual([
    { schedule: '30 3 * * 0', user: 'root', command: 'test -x /x || y' },
  ])
})

test.each([
  ['@reboot', 'With the machine'],
  ['@hourly', 'Every hour'],
  ['@daily', 'Every day at 00:00'],
  ['@weekly', 'Every Sunday at 00:00'],
  ['@monthly', 'On day 1 of each month at 00:00'],
  ['@yearly', 'On 1 January at 00:00'],
  ['30 3 * * *', 'Every day at 03:30'],
  ['0 6,18 * * *', 'Every day at 06:00 and 18:00'],
  ['* * * * *', 'Every minute'],
  ['*/1 * * * *', 'Every minute'],
  ['30 */1 * * *', 'Every hour at :30'],
  ['*/5 * * * *', 'Every 5 minutes'],
  ['*/45 * * * *', 'At */45 * * * * (cron)'],
  ['0 */5 * * *', 'At 0 */5 * * * (cron)'],
  ['17 * * * *', 'Every hour at :17'],
  ['0 */2 * * *', 'Every 2 hours'],
  ['*/15 * * * mon-fri', 'Every 15 minutes, Monday to Friday'],
  ['10 3 * * 7', 'Every Sunday at 03:10'],
  ['0 9 * * 1,3,Fri', 'Every Monday, Wednesday, Friday at 09:00'],
  ['0 4 15 * *', 'On day 15 of each month at 04:00'],
  ['0 4 8-14 * *', 'At 0 4 8-14 * * (cron)'],
  ['0 4 * * 1-3-5', 'At 0 4 * * 1-3-5 (cron)'],
  ['5 4 1 * sun', 'At 5 4 1 * sun (cron)'],
  ['99 4 * * *', 'At 99 4 * * * (cron)'],
])('%s of cron: %s', (schedule, words) => {
  expect(cronWords(schedule)).toBe(words)
})

test.each([
  ['*-*-* 00:00:00', 'Every day at 00:00'],
  ['*-*-* 06,18:00:00', 'Every day at 06:00 and 18:00'],
  ['Mon..Fri *-*-* 09:30:00', 'Every Monday to Friday at 09:30'],
  ['Mon *-*-* 00:00:00', 'Every Monday at 00:00'],
  ['*-*-01 00:00:00', 'On day 1 of each month at 00:00'],
  ['*-*-* *:00/15:00', 'Every 15 minutes'],
  ['*-*-* 03:00:00 UTC', 'Every day at 03:00 (UTC)'],
  ['Mon *-*-* 03:00:00 America/New_York', 'Every Monday at 03:00 (America/New_York)'],
  ['*-*-* *:00:00 Etc/GMT+3', 'Every hour (Etc/GMT+3)'],
  ['*-*-* *:00:00', 'Every hour'],
  ['*-01,07-01 00:00:00', 'At *-01,07-01 00:00:00'],
  ['2030-01-01 00:00:00', 'At 2030-01-01 00:00:00'],
])('%s of systemd: %s', (event, words) => {
  expect(calendarWords(event)).toBe(words)
})

test('whatever is written, it is told in words of bounded length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (text) => {
      for (const words of [cronWords(text), calendarWords(text)]) {
        expect(words.length).toBeLessThanOrEqual(300)
        expect(words).not.toMatch(/undefined|null|NaN/)
      }
    }),
  )
})
