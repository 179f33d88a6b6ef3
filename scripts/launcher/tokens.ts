// The token files are the service kit's; it is imported by path because the launcher runs before anything is installed.
import { readReadToken, TokenFileError } from '../../packages/service-kit/src/tokens.ts'
import { ownerUid } from '../../packages/service-kit/src/owner.ts'

export { healthProof, removeTokens, writeTokens } from '../../packages/service-kit/src/tokens.ts'

/** The read token of the copy that runs now, or null when there is none that can be trusted. */
export function presentReadToken(runDir: string): string | null {
  try {
    return readReadToken(runDir, { ownerUid: ownerUid() })
  } catch (error) {
    if (error instanceof TokenFileError) return null
    throw error
  }
}
