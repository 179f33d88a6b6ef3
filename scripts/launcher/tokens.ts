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
  writePrivateFile,
  writeTokens,
} from '../../packages/service-kit/src/tokens.ts'

/** The read token of the copy that runs now, or null when there is none that can be trusted. */
export function presentReadToken(runDir: string): string | null {
  return present(readReadToken, runDir)
}

/** The control token of the copy that runs now, or null when there is none that can be trusted. */
export function presentControlToken(runDir: string): string | null {
  return present(readControlToken, runDir)
}

function present(
  read: (directory: string, rules: TokenFileRules) => string,
  runDir: string,
): string | null {
  try {
    return read(runDir, { ownerUid: ownerUid() })
  } catch (error) {
    if (error instanceof TokenFileError) return null
    throw error
  }
}
