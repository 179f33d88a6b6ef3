import { cleanName } from '../text/clean.ts'

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@reboot', 'With the machine'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS =
  `January February March April May June July August September October November December`.split(' ')

/** When a job of cron runs, in words; what is put in a way that has none is told as it is written. Source: crontab(5). */
export function cronWords(schedule: string): string {
  const plain = NICKNAMES.get(schedule) ?? schedule
  const fields = plain.split(' ').map((field) => (field === '*/1' ? '*' : field))
  if (fields.length !== 5) return cleanName(plain)
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  return words({ minute, hour, day, month, weekday }) ?? `At ${cleanName(plain)} (cron)`
}

const CALENDAR =
  /^(?:([A-Za-z.,]+) )?\*-(\*|\d\d)-(\*|\d\d) ([\d*,/]+):([\d*,/]+):(?:00|0)(?:\.0+)?(?: ([A-Za-z][\w/+-]{0,60}))?$/

/** The same of a calendar event of systemd, as it normalises them. Source: systemd.time(7). */
export function calendarWords(event: string): string {
  const [, days = '*', month = '', day = '', hour = '', minute = '', zone] =
    CALENDAR.exec(event) ?? []
  const asCron = (field: string) => field.replace(/^0+\//, '*/')
  const told = words({
    minute: asCron(minute),
    hour: asCron(hour),
    day,
    month,
    weekday: days.replaceAll('..', '-'),
  })
  if (told === null) return `At ${cleanName(event)}`
  return zone === undefined ? told : `${told} (${zone})`
}

interface Fields {
  minute: string
  hour: string
  day: string
  month: string
  weekday: string
}

function words({ minute, hour, day, month, weekday }: Fields): string | null {
  const days = dayWords(day, month, weekday)
  if (days === null) return null
  const time = timeOfDay(hour, minute)
  if (time !== null) return `${days ?? 'Every day'} at ${time}`
  const often = howOften(hour, minute)
  return often === null ? null : days === undefined ? often : `${often}, ${lowerOn(days)}`
}

/** undefined: on all of them; null: no words for it. */
function dayWords(day: string, month: string, weekday: string): string | null | undefined {
  if (day === '*' && month === '*') {
    if (weekday === '*') return undefined
    const names = weekday.split(',').map(weekdayWords)
    return names.includes(null) ? null : `Every ${names.join(', ')}`
  }
  if (weekday !== '*' || !isNumber(day, 1, 31)) return null
  if (month === '*') return `On day ${Number(day)} of each month`
  const name = isNumber(month, 1, 12) ? MONTHS[Number(month) - 1] : undefined
  return name === undefined ? null : `On ${Number(day)} ${name}`
}

function weekdayWords(part: string): string | null {
  const [from, to, more] = part.split('-').map(weekdayName)
  if (from == null || more !== undefined || to === null) return null
  return to === undefined ? from : `${from} to ${to}`
}

function weekdayName(text: string): string | null {
  if (isNumber(text, 0, 7)) return DAYS[Number(text) % 7] ?? null
  return text.length < 3 ? null : (DAYS.find((name) => isBegin(name, text)) ?? null)
}

const isBegin = (name: string, text: string) => name.toLowerCase().startsWith(text.toLowerCase())

/** `03:30`, `06:00 and 18:00`; null: it is no such time. */
function timeOfDay(hour: string, minute: string): string | null {
  const hours = hour.split(',')
  if (!isNumber(minute, 0, 59) || !hours.every((one) => isNumber(one, 0, 23))) return null
  if (hours.length > 4) return null
  return hours.map((one) => `${two(one)}:${two(minute)}`).join(' and ')
}

function howOften(hour: string, minute: string): string | null {
  if (hour === '*' && minute === '*') return 'Every minute'
  const minutes = stepOf(minute, 60)
  if (hour === '*' && minutes !== null) return `Every ${minutes} minutes`
  if (!isNumber(minute, 0, 59)) return null
  const past = Number(minute) === 0 ? '' : ` at :${two(minute)}`
  if (hour === '*') return `Every hour${past}`
  const hours = stepOf(hour, 24)
  return hours === null ? null : `Every ${hours} hours${past}`
}

/** The step of a field that begins with a star; null: it has none, or its last is shorter: 45 is :00 and :45. */
function stepOf(field: string, whole: number): number | null {
  const step = Number(/^\*\/(\d{1,2})$/.exec(field)?.[1])
  return whole % step === 0 ? step : null
}

const lowerOn = (days: string) => days.replace(/^Every /, '').replace(/^On /, 'on ')
const two = (text: string) => String(Number(text)).padStart(2, '0')

function isNumber(text: string, least: number, most: number): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) >= least && Number(text) <= most
}
