import type { ThreadInfo } from '@taskmanager/contracts'
import { formatCount, formatDuration, formatInstant, formatState } from '../../lib/format.ts'
import { waitWords } from '../../lib/wait-words.ts'
import { SectionNote } from './section-note.tsx'
import { useProcessInfo, type Identity } from './use-process-info.ts'

const MOST_SHOWN = 500

/** Threads by CPU time used. */
export function ThreadsTab({ identity }: { readonly identity: Identity }) {
  const state = useProcessInfo(identity, ['threads'])
  const threads = state.info?.threads
  if (threads == null) return <SectionNote state={state} section={threads} />
  const tellsCpu = threads.some(({ processor }) => processor !== null)
  const sorted = threads.toSorted((a, b) => b.cpu_time_ms - a.cpu_time_ms || a.tid - b.tid)
  return (
    <>
      <table className="dr-list threads">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" className="r">
              TID
            </th>
            <th scope="col">State</th>
            <th scope="col" className="r">
              CPU time
            </th>
            {tellsCpu && (
              <th scope="col" className="r">
                CPU
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, MOST_SHOWN).map((thread) => (
            <tr key={thread.tid}>
              <td title={thread.name}>{thread.name || <span className="dim">unnamed</span>}</td>
              <td className="r dim" title={startOf(thread)}>
                {thread.tid}
              </td>
              <StateOf thread={thread} />
              <td className="r">{formatDuration(thread.cpu_time_ms / 1000)}</td>
              {tellsCpu && <td className="r dim">{formatCount(thread.processor)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > MOST_SHOWN && (
        <p className="dr-note">and {formatCount(sorted.length - MOST_SHOWN)} more that used less</p>
      )}
    </>
  )
}

const startOf = ({ started_at_ms: ms }: ThreadInfo) =>
  ms === null ? undefined : `Started ${formatInstant(ms)}`

/** Its state; of one that sleeps, what it waits for. */
function StateOf({ thread }: { readonly thread: ThreadInfo }) {
  const { status, wait_channel: channel, system_call: call } = thread
  const state = formatState(status, false)
  const words = channel === null ? null : waitWords(channel)
  if (channel === null) return <td>{state}</td>
  const text = words === null ? `${state}: ${channel}` : `Waits for ${words}`
  const on = call?.target == null ? null : `${call.name} ${call.fd}: ${call.target}`
  return (
    <td title={[`${state} in the kernel, in ${channel}`, on].filter(Boolean).join('\n')}>
      {text}
      {on !== null && <span className="dim"> {on}</span>}
    </td>
  )
}
