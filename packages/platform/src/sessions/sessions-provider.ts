import type { SessionList } from '@taskmanager/contracts'

/** Who is signed in; read when somebody asks. */
export interface SessionsProvider {
  read(): Promise<SessionList>
}
