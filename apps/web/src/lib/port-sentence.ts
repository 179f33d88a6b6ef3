import { parseFilter, type Filter } from './filter.ts'
import { portRole, type PortIndex } from './port-index.ts'

/** One of those a list is of. */
export interface PortParty {
  readonly name: string
  readonly meets: (filter: Filter) => boolean
}

interface PortQuestion {
  /** Asks for ports, and finds nobody. */
  readonly filter: Filter
  /** `null`: not known (yet). */
  readonly index: PortIndex | null
  /** Why it is not known. */
  readonly error: string | null
  readonly parties: readonly PortParty[]
  /** What the list is of. */
  readonly noun: 'process' | 'app'
}

/** Why a filter with ports finds nobody: nobody is there, somebody we may not see, or what else is asked for. */
export function portSentence({ filter, index, error, parties, noun }: PortQuestion): string {
  const names = listed(filter.ports.map(portName))
  if (index === null) {
    return error === null
      ? `Looking who uses ${names}…`
      : `It is not known who uses ${names}. ${error}`
  }
  const unseen = filter.ports.filter((port) => !isHeld(index, port))
  const free = unseen.filter((port) => !index.hidden.has(port))
  if (free.length > 0) return `Nothing uses ${listed(free.map(portName))}.`
  const [hidden] = unseen
  if (hidden !== undefined) {
    const user = index.hidden.get(hidden) ?? null
    return `:${hidden} is held by a process${user === null ? '' : ` of ${user}`} that this service may not look into.`
  }
  const ports = parseFilter(filter.ports.map(portName).join(' '))
  const holders = parties.filter((one) => one.meets(ports))
  if (holders.length > 0) return leftOut(holders, otherTokens(filter), names)
  return filter.ports.length > 1
    ? `No ${noun} uses ${filter.ports.length === 2 ? 'both' : 'all of'} ${names}.`
    : `What uses ${names} is not in the list; it may have just started or ended.`
}

/** What is asked for beside ports. */
export function otherTokens(filter: Filter): string[] {
  return filter.tokens
    .filter(({ text, error }) => error === null && parseFilter(text).ports.length === 0)
    .map(({ text }) => text)
}

/** The tokens that shut out each holder; where none does so alone, all that shut out one. */
function leftOut(holders: readonly PortParty[], tokens: readonly string[], ports: string): string {
  const misses = tokens.map((text) => {
    const alone = parseFilter(text)
    return { text, count: holders.filter((one) => !one.meets(alone)).length }
  })
  const whole = misses.filter(({ count }) => count === holders.length)
  const guilty = whole.length > 0 ? whole : misses.filter(({ count }) => count > 0)
  const names = [...new Set(holders.map(({ name }) => name))]
  const who = names.length > 2 ? `${names[0]} and ${names.length - 1} others` : names.join(' and ')
  const uses = `${who} ${names.length > 1 ? 'use' : 'uses'} ${ports}`
  if (guilty.length === 0) return `${uses}.`
  const verb = guilty.length > 1 ? 'leave' : 'leaves'
  const them = holders.length > 1 ? 'them' : 'it'
  return `${uses}, but ${listed(guilty.map(({ text }) => text))} ${verb} ${them} out.`
}

const portName = (port: number): string => `:${port}`

const isHeld = ({ byProcess }: PortIndex, port: number): boolean =>
  [...byProcess.values()].some((ports) => portRole(ports, port) !== null)

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
