import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useLocation } from 'wouter'
import { Icon } from '../../components/icon.tsx'
import { figuresOfHit, findRunning, parsePaletteQuery } from '../../lib/palette-search.ts'
import type { PaletteQuery, RunningHit } from '../../lib/palette-search.ts'
import { useCommands } from '../../stores/commands.ts'
import { liveProcesses, useProcesses, type LiveProcesses } from '../../stores/live-processes.ts'
import { actionItems } from './palette-actions.ts'
import { actionGroup, paletteGroups, portOf } from './palette-groups.ts'
import type { PortIndex } from '../../lib/port-index.ts'
import { usePorts } from '../../stores/ports.ts'
import type { PaletteGroup, PaletteItem } from './palette-items.ts'
import { PaletteOption } from './palette-option.tsx'
import '../../styles/palette.css'

interface PaletteProps {
  readonly isRailNarrow: boolean
  readonly onClose: () => void
  readonly onShortcuts: () => void
}

/** Ctrl K: one field for what runs, what can be done to it, pages and settings. */
export function Palette({ isRailNarrow, onClose, onShortcuts }: PaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const list = useId()
  const [text, setText] = useState('')
  const [subject, setSubject] = useState<RunningHit | null>(null)
  /** What one of the actions leads to. */
  const [further, setFurther] = useState<PaletteGroup | null>(null)
  const [chosen, setChosen] = useState(0)
  const query = useMemo(() => parsePaletteQuery(text), [text])
  // Found anew when something is typed, not with every sample: nothing moves under the pointer. What is not there yet
  // is looked for until it is: a program that has just been started is in the next sample.
  const [picture, setPicture] = useState(liveProcesses.get)
  const isThere = useMemo(() => isRunning(query, picture), [query, picture])
  const live = useProcesses((newest) => (isThere ? picture : newest))
  if (live !== picture && isRunning(query, live)) setPicture(live)
  const { port } = query
  const { index: ports } = usePorts(portOf(query) === null ? 'idle' : 'now')
  const [, navigate] = useLocation()
  const commands = useCommands()
  const groups = useMemo(() => {
    if (further !== null) return [further]
    const context = { live, ports, navigate, commands, isRailNarrow, showShortcuts: onShortcuts }
    return subject === null ? paletteGroups(text, context) : [actionGroup(subject, context)]
  }, [text, subject, further, live, ports, navigate, commands, isRailNarrow, onShortcuts])
  const items = groups.flatMap((group) => group.items)
  const at = Math.min(chosen, items.length - 1)
  const active = items[at]

  useEffect(() => {
    dialog.current?.showModal()
    // Folds every name now, so that the first key finds them ready.
    const warm = setTimeout(() => findRunning(parsePaletteQuery('\n?'), liveProcesses.get(), 1))
    return () => clearTimeout(warm)
  }, [])

  const show = (next: {
    text?: string
    subject: RunningHit | null
    further?: PaletteGroup | null
  }) => {
    setText(next.text ?? text)
    setSubject(next.subject)
    setFurther(next.further ?? null)
    setPicture(liveProcesses.get())
    setChosen(0)
  }
  const run = (item: PaletteItem | undefined) => {
    if (item === undefined || item.isOff === true) return
    if (item.choices !== undefined) return show({ subject, further: item.choices })
    // Closed first: focus is back where it was before a page or a dialog takes it.
    dialog.current?.close()
    item.run()
  }
  /** Del, as its line says: of the program that is marked, else of the one the actions are for. */
  const end = (id: 'end' | 'force-end') => {
    const own =
      active?.hit === undefined ? items : actionItems(active.hit, { live, navigate, commands })
    run(own.find((item) => item.id === id))
  }
  /** From a program to its actions, from an action to its choices, and back. */
  const goOn = (isBack: boolean) => {
    const hit = active?.hit ?? items.find((item) => item.hit !== undefined)?.hit
    if (isBack) show({ subject: further === null ? null : subject })
    else if (active?.choices !== undefined) run(active)
    else if (further === null) show({ subject: hit ?? subject })
  }
  const isMeant = ({ target }: KeyboardEvent) =>
    (text !== '' || subject !== null) && isAtEnd(target as HTMLInputElement)
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setChosen((at + step + items.length) % Math.max(1, items.length))
    else if (event.key === 'Enter') run(active)
    else if (event.key === 'Tab') goOn(event.shiftKey)
    else if (event.key === 'Delete' && isMeant(event)) end(event.shiftKey ? 'force-end' : 'end')
    else if (event.key === 'Escape' && (subject !== null || further !== null)) goOn(true)
    else return
    event.preventDefault()
  }

  return (
    <dialog
      ref={dialog}
      className="palettewrap"
      aria-label="Search or run a command"
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close()
      }}
    >
      <div className="palette">
        <div className="in">
          <Icon name="search" size="l" />
          {subject !== null && <span className="token">{figuresOfHit(subject).name}</span>}
          <input
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- a dialog opened by a key, to type into
            autoFocus
            role="combobox"
            aria-label="Search or run a command"
            aria-expanded={items.length > 0}
            aria-controls={list}
            aria-activedescendant={active === undefined ? undefined : `${list}-${at}`}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            placeholder="A program, a PID, a :port, a page or a command"
            value={text}
            onChange={(event) => show({ text: event.target.value, subject: null })}
            onKeyDown={onKey}
          />
          <span className="dim nowrap" role="status">
            {items.length === 1 ? '1 result' : `${items.length} results`}
          </span>
        </div>
        <div className="ls" role="listbox" id={list} aria-label="Results">
          {groups.map((group) => (
            <div key={group.title} role="group" aria-label={group.title}>
              <div className="g" aria-hidden="true">
                {group.title}
              </div>
              {group.items.map((item) => (
                <PaletteOption
                  key={item.id}
                  id={`${list}-${items.indexOf(item)}`}
                  item={item}
                  words={query.asked?.words ?? query.words}
                  isActive={item === active}
                  onHover={() => setChosen(items.indexOf(item))}
                  onRun={() => run(item)}
                />
              ))}
            </div>
          ))}
        </div>
        {items.length === 0 && (
          <p className="none">
            {port === null
              ? `Nothing that runs, no page and no command is called “${text.trim()}”.`
              : nobodyOn(port, ports)}
          </p>
        )}
        <Hints />
      </div>
    </dialog>
  )
}

/** Anything that runs is meant by what was typed. */
function isRunning({ words, asked, pid }: PaletteQuery, lists: LiveProcesses): boolean {
  return findRunning({ words: asked?.words ?? words, pid }, lists, 1).length > 0
}

/** Nothing stands after the caret that Delete could take away. */
function isAtEnd({ selectionStart, selectionEnd, value }: HTMLInputElement): boolean {
  return selectionStart === value.length && selectionEnd === value.length
}

/** Nobody is on the port, or nobody that may be seen. */
function nobodyOn(port: number, ports: PortIndex | null): string {
  if (ports === null) return `Asking who uses :${port}…`
  if (!ports.hidden.has(port)) return `Nothing uses :${port}.`
  const user = ports.hidden.get(port) ?? null
  return user === null
    ? `A program that this service may not see listens on :${port}.`
    : `A program of ${user} listens on :${port}; this service may not see which.`
}

function Hints() {
  return (
    <div className="ft" aria-hidden="true">
      <span>
        <kbd>↑</kbd>
        <kbd>↓</kbd>move
      </span>
      <span>
        <kbd>↵</kbd>open
      </span>
      <span>
        <kbd>Tab</kbd>actions
      </span>
      <span className="grow" />
      <span>
        <span className="mono">&gt;</span> commands
      </span>
      <span>
        <span className="mono">:8000</span> port
      </span>
      <span>
        <span className="mono">4711</span> PID
      </span>
    </div>
  )
}
