import type { InfoSection, ProcessInfo } from '@taskmanager/contracts'

/** What can be known of one process, read when it is asked for. */
export type DetailResult =
  | { kind: 'ok'; info: ProcessInfo }
  | { kind: 'gone' }
  /** It may be there, but cannot be told about just now; why, in a sentence. */
  | { kind: 'unreadable'; reason: string }
  /** The pid names another process by now. */
  | { kind: 'identity_mismatch'; owner: { pid: number; name: string; startedAtMs: number | null } }

export interface ProcessDetailProvider {
  /**
   * @param startId when given, the process must be the one it marks
   * @param include sections beside the standard ones
   */
  read(
    pid: number,
    startId: string | null,
    include: ReadonlySet<InfoSection>,
  ): Promise<DetailResult>
}
