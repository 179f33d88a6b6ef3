import type { OpenFile } from '@taskmanager/contracts'
import { formatCount } from '../../lib/format.ts'
import { SectionNote } from './section-note.tsx'
import { useProcessInfo, type Identity } from './use-process-info.ts'

const MOST_SHOWN = 500
const MODES: Record<NonNullable<OpenFile['mode']>, string> = {
  r: 'read',
  w: 'write',
  rw: 'read, write',
}

/** Sockets first, since they say who it talks to; then files by path. */
export function FilesTab({ identity }: { readonly identity: Identity }) {
  const state = useProcessInfo(identity, ['files', 'sockets'])
  const { files, sockets } = state.info ?? {}
  if (files == null && sockets == null) return <SectionNote state={state} section={files} />
  const tellsFiles = state.info?.unknown['files'] !== 'not_supported'
  const listed = (files ?? []).filter((file) => file.kind !== 'socket')
  return (
    <>
      <h2 className="dr-sub">Sockets {formatCount(sockets?.length ?? null)}</h2>
      {sockets == null || sockets.length === 0 ? (
        <p className="dr-note">{sockets == null ? 'Needs permission.' : 'None.'}</p>
      ) : (
        <table className="dr-list">
          <thead>
            <tr>
              <th scope="col">Here</th>
              <th scope="col">There</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {sockets.slice(0, MOST_SHOWN).map((socket) => (
              <tr key={`${socket.fd} ${socket.protocol} ${socket.local} ${socket.remote}`}>
                <td title={socket.local}>
                  <span className="dim">{socket.protocol}</span> {socket.local}
                </td>
                <td title={socket.remote ?? undefined}>{socket.remote ?? ''}</td>
                <td>{socket.state ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {tellsFiles && (
        <h2 className="dr-sub">Files {formatCount(files == null ? null : listed.length)}</h2>
      )}
      {tellsFiles &&
        (files == null ? (
          <p className="dr-note">Needs permission.</p>
        ) : (
          <table className="dr-list">
            <thead>
              <tr>
                <th scope="col" className="path">
                  Path
                </th>
                <th scope="col">Opened to</th>
                <th scope="col" className="r">
                  Descriptor
                </th>
              </tr>
            </thead>
            <tbody>
              {listed.slice(0, MOST_SHOWN).map((file) => (
                <tr key={file.fd}>
                  <td title={file.path}>
                    {file.path}
                    {file.deleted && <span className="dim"> (deleted)</span>}
                  </td>
                  <td>{file.mode === null ? '' : MODES[file.mode]}</td>
                  <td className="r dim">{file.fd}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      {Math.max(listed.length, sockets?.length ?? 0) > MOST_SHOWN && (
        <p className="dr-note">The first {MOST_SHOWN} of each are shown.</p>
      )}
    </>
  )
}
