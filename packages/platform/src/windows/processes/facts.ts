import type { ProcessFacts } from '../../process-table.ts'
import { cleanName, cleanText, cut } from '../../text/clean.ts'
import { redactArguments } from '../../text/redact.ts'
import { splitCommandLine } from './command-line.ts'
import type { ProcessQuestions } from './process-questions.ts'
import { WindowsUsers } from './users.ts'

/** The kernel itself runs as this one; its children without a program (Registry, Memory Compression) are parts of it. */
const SYSTEM_PID = 4
const MOST_CHARACTERS = 4096
/** Enough of the arguments to name and search them; the details read all. */
const MOST_COMMAND_LINE = 4096
const shown = (text: string) => cut(cleanText(text), MOST_CHARACTERS)

/** What the list tells of a process that is new. */
export interface ListedIdentity {
  pid: number
  parentPid: number
  name: string | null
  startId: string
  startedAtMs: number | null
}

/** `young`: it may have only begun and told nothing yet. `nameless`: its user is being looked up. */
export type Settled = 'settled' | 'young' | 'nameless'

/** Asks processes what the list does not tell: once for each, and again while an answer is out. */
export class WindowsFacts {
  readonly #questions: ProcessQuestions
  readonly #users: WindowsUsers

  constructor(questions: ProcessQuestions) {
    this.#questions = questions
    this.#users = new WindowsUsers((sid) => questions.userOf(sid))
  }

  /** Names of users that were found so far. */
  get namesFound(): number {
    return this.#users.found
  }

  /** @returns the facts, and whether asking again may tell more */
  of(listed: ListedIdentity): { facts: ProcessFacts; settled: Settled } {
    const { pid, startId, startedAtMs } = listed
    const isKernel = isPartOfKernel(listed)
    const answers = isKernel ? null : this.#questions.ask(pid)
    const { exe = null, commandLine = null, sid = null } = answers ?? {}
    const user = sid === null ? null : this.#users.name(sid)
    const name = cleanName(listed.name ?? `(PID ${pid})`)
    const facts: ProcessFacts = {
      startId,
      comm: name,
      name,
      args: commandLine === null ? null : shownArguments(commandLine),
      exe: exe === null ? null : shown(exe),
      uid: null,
      user,
      unit: null,
      container: null,
      cgroup: null,
      isKernel,
      hasTerminal: false,
      hasWindow: false,
      startedAtMs,
    }
    if (sid !== null && user === null) return { facts, settled: 'nameless' }
    return { facts, settled: answers !== null && commandLine === null ? 'young' : 'settled' }
  }
}

export const isPartOfKernel = ({
  pid,
  parentPid,
  name,
}: Pick<ListedIdentity, 'pid' | 'parentPid' | 'name'>) =>
  pid === SYSTEM_PID || (parentPid === SYSTEM_PID && name !== null && !name.includes('.'))

const shownArguments = (commandLine: string): string[] =>
  redactArguments(splitCommandLine(cut(commandLine, MOST_COMMAND_LINE))).map(shown)
