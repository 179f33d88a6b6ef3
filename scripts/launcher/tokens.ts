// The token files are the service kit's; it is imported by path because the launcher runs before anything is installed.
import {
  readControlToken,
  readReadToken,
  TokenFileError,
  type TokenFileRules,
} from '../../packages/service-kit/src/tokens.ts'
import { ownerUid } from '../../packages/service-kit/src/owner.ts'

export {
  CONTROL_TOKEN_FILE,
  healthProof,
  READ_TOKEN_FILE,
  removeTokens,
  writeFileWhole,
  writeTokens,
} from '../../packages/service-kit/src/tokens.ts'

/** Where the tokens of a running copy are, who must own them, and whether the launcher writes them. */
export interface TokenPlace {
  readonly directory: string
  readonly ownerUid: number | null
  /** `launcher`: written here, for this user alone. `system`: by the system's stats service, for the members of its group. */
  readonly writtenBy: 'launcher' | 'system'
}

/** The place of a copy that a launcher of this user starts. */
export function ownTokenPlace(runDir: string): TokenPlace {
  return { directory: runDir, ownerUid: ownerUid(), writtenBy: 'launcher' }
}

/** The read token of the copy that runs now, or null when there is none that can be trusted. */
export function presentReadToken(place: TokenPlace): string | null {
  return present(readReadToken, place)
}

/** The control token of the copy that runs now, or null when there is none that can be trusted. */
export function presentControlToken(place: TokenPlace): string | null {
  return present(readControlToken, place)
}

function present(
  read: (directory: string, rules: TokenFileRules) => string,
  place: TokenPlace,
): string | null {
  try {
    return read(place.directory, rulesOf(place))
  } catch (error) {
    if (error instanceof TokenFileError && error.code !== 'not_now') return null
    throw error
  }
}

/** How the files of a place are judged. */
export function rulesOf({ ownerUid: owner, writtenBy }: TokenPlace) {
  return { ownerUid: owner, groupMayRead: writtenBy === 'system' }
}
