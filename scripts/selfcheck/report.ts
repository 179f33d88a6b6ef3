/**
 * `ok`: two sources agree, or it worked. `wrong`: they do not, or it did not. `unknown`: not told here, and why.
 * `told`: a value that nothing here can be compared with.
 */
export interface Finding {
  readonly state: 'ok' | 'wrong' | 'unknown' | 'told'
  readonly what: string
  readonly detail: string
}

export interface Section {
  readonly title: string
  readonly findings: readonly Finding[]
}

export const ok = (what: string, detail: string): Finding => ({ state: 'ok', what, detail })
export const wrong = (what: string, detail: string): Finding => ({ state: 'wrong', what, detail })
export const told = (what: string, detail: string): Finding => ({ state: 'told', what, detail })
export const unknown = (what: string, why: string): Finding => ({
  state: 'unknown',
  what,
  detail: why,
})

/** A value with its unit, or why there is none. */
export const value = (what: string, text: string | number | null, why = 'not told'): Finding =>
  text === null ? unknown(what, why) : told(what, String(text))

/** Whether two figures of one thing are near enough. */
export function compared(
  what: string,
  { ours, theirs, within, unit }: { ours: number; theirs: number; within: number; unit: string },
): Finding {
  const detail = `${round(ours)} ${unit}, by the other source ${round(theirs)} ${unit}, allowed ${round(within)}`
  return Math.abs(ours - theirs) <= within ? ok(what, detail) : wrong(what, detail)
}

const round = (number: number) => Math.round(number * 100) / 100

/** How often each word is there: `active 6, failed 1`. */
export function counts(words: readonly string[]): string {
  const sums = new Map<string, number>()
  for (const word of words) sums.set(word, (sums.get(word) ?? 0) + 1)
  return Array.from(sums, ([word, count]) => `${word} ${count}`).join(', ') || 'none'
}

const MARKS: Record<Finding['state'], string> = {
  ok: 'ok   ',
  wrong: 'WRONG',
  unknown: '--   ',
  told: '     ',
}

/** Fit to be pasted into a report of a fault. */
export function reportText(sections: readonly Section[]): string {
  const all = sections.flatMap(({ findings }) => findings)
  const count = (state: Finding['state']) => all.filter((finding) => finding.state === state).length
  return [
    'Task Manager Pro, selfcheck',
    ...sections.flatMap(({ title, findings }) => [
      '',
      title,
      ...findings.map(({ state, what, detail }) => `  ${MARKS[state]} ${what}: ${detail}`),
    ]),
    '',
    `${count('ok')} compared and right, ${count('wrong')} wrong, ${count('unknown')} not told here.`,
  ].join('\n')
}

export const isSound = (sections: readonly Section[]): boolean =>
  sections.every(({ findings }) => findings.every(({ state }) => state !== 'wrong'))

/** What a check throws is one of its findings: the others still say theirs. */
export async function section(
  title: string,
  check: () => Promise<readonly Finding[]>,
): Promise<Section> {
  try {
    return { title, findings: await check() }
  } catch (error) {
    const [first, place] = (error instanceof Error ? (error.stack ?? error.message) : String(error))
      .split('\n')
      .map((line) => line.trim())
    return { title, findings: [wrong('broke', [first, place].filter(Boolean).join(' '))] }
  }
}
