import { useEffect, useRef } from 'react'
import { Icon } from '../components/icon.tsx'
import { SHORTCUT_GROUPS } from './shortcuts.ts'

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="sheetwrap"
      aria-labelledby="shortcuts-title"
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close()
      }}
    >
      <div className="sheet">
        <h1 id="shortcuts-title">
          <Icon name="keyboard" size="l" />
          Shortcuts
          <span className="r">
            <kbd>Esc</kbd> closes
          </span>
        </h1>
        <div className="cols">
          {SHORTCUT_GROUPS.map((group) => (
            <section key={group.title}>
              <h2>{group.title}</h2>
              <ul>
                {group.items.map((item) => (
                  <li key={item.does}>
                    {item.does}
                    <span className="nowrap">
                      {item.keys.map((key) =>
                        key === 'to' ? <span key={key}> to </span> : <kbd key={key}>{key}</kbd>,
                      )}
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      </div>
    </dialog>
  )
}
