import type { PortList } from '@taskmanager/contracts'

/** Who listens on which port, and who is connected; read when somebody asks. */
export interface PortsProvider {
  /** At most two seconds old; callers that ask at once share one reading. */
  read(): Promise<PortList>
}
