import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'
import { readReaches } from '../linux/far-mounts.ts'
import {
  endsWithin,
  unansweredCalls,
  type Reach,
  type UnansweredCalls,
} from '../unanswered-calls.ts'

/** Whether a program is there, by path or by name; null: where it would be does not answer. */
export type HasProgram = (program: string) => boolean | null

/** How programs are looked for; tests hand in a directory that never answers. */
interface ProgramWorld {
  isProgram: (file: string) => Promise<boolean>
  readReaches: () => Promise<(file: string) => Reach>
  calls: UnansweredCalls
  answerWithinMs: number
}

const realWorld: ProgramWorld = {
  isProgram: isExecutable,
  readReaches,
  calls: unansweredCalls,
  answerWithinMs: 1000,
}

/**
 * Looks for programs where users and their PATH say, which may be a network mount whose server is gone: a directory is
 * waited for once, and not asked again before it has answered.
 */
export class Programs {
  readonly #directories: readonly string[]
  readonly #world: ProgramWorld
  readonly #silent = new Set<string>()

  /** @param directories of programs that are called by their name */
  constructor(directories: readonly string[], world: ProgramWorld = realWorld) {
    this.#directories = directories
    this.#world = world
  }

  async look(programs: Iterable<string>): Promise<HasProgram> {
    const reachOf = await this.#world.readReaches()
    const full = new Set<Reach>()
    const found = new Map<string, boolean | null>()
    for (const program of new Set(programs)) {
      found.set(program, await this.#find(program, reachOf, full))
    }
    return (program) => found.get(program) ?? null
  }

  async #find(
    program: string,
    reachOf: (file: string) => Reach,
    full: Set<Reach>,
  ): Promise<boolean | null> {
    const files = program.includes('/')
      ? [program]
      : this.#directories.map((directory) => path.join(directory, program))
    let isKnown = true
    for (const file of files) {
      const isThere = await this.#ask(file, reachOf(file), full)
      if (isThere === true) return true
      if (isThere === null) isKnown = false
    }
    return isKnown ? false : null
  }

  /** @param full where there is no room for a question, so that it is waited for once a look */
  async #ask(file: string, reach: Reach, full: Set<Reach>): Promise<boolean | null> {
    const directory = path.dirname(file)
    if (this.#silent.has(directory) || full.has(reach)) return null
    const { calls, isProgram, answerWithinMs } = this.#world
    const ended = await calls.beginWithin(reach, answerWithinMs)
    if (ended === null) {
      full.add(reach)
      return null
    }
    const answer = isProgram(file).finally(ended)
    if (await endsWithin(answer, answerWithinMs)) return answer
    this.#silent.add(directory)
    void answer.finally(() => this.#silent.delete(directory))
    return null
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false // not there, or not for this user
  }
}
