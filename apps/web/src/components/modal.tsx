import { useEffect, useRef, type ReactNode } from 'react'
import { MODIFIER_KEY } from '../lib/modifier-key.ts'
import { dialogOpen } from '../stores/commands.ts'

interface ModalProps {
  readonly role?: 'alertdialog' | 'dialog'
  readonly titleId: string
  readonly describedBy?: string
  /** It cannot be left now: what was asked is under way. */
  readonly isBusy?: boolean
  readonly className?: string
  readonly onClose: () => void
  /** Ctrl Enter, wherever the focus is; `null`: not now. */
  readonly onConfirm?: (() => void) | null
  readonly children: ReactNode
}

/**
 * A dialog over everything: the browser keeps the focus inside and gives it back. What is marked `data-first` has it at
 * the start. Lists hold their order behind it.
 */
export function Modal(props: ModalProps) {
  const {
    role = 'dialog',
    titleId,
    describedBy,
    isBusy = false,
    className,
    onClose,
    onConfirm,
  } = props
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    element?.querySelector<HTMLElement>('[data-first]')?.focus()
    dialogOpen.set(true)
    return () => {
      dialogOpen.set(false)
      // Taken away while it was open: only a dialog that closes gives the focus back by itself.
      const isLost = element?.isConnected === false && document.activeElement === document.body
      if (isLost && before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- Esc does the same
    <dialog
      ref={dialog}
      className={['dialogwrap', className].filter(Boolean).join(' ')}
      role={role}
      aria-labelledby={titleId}
      aria-describedby={describedBy}
      onClose={onClose}
      onCancel={(event) => {
        if (isBusy) event.preventDefault()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        // A button that has the focus is not meant.
        event.preventDefault()
        if (!event.repeat) onConfirm?.()
      }}
      onClick={(event) => {
        // A question about ending is answered, not clicked away.
        if (role === 'dialog' && event.target === event.currentTarget) dialog.current?.close()
      }}
    >
      {props.children}
    </dialog>
  )
}

/** For the button that `onConfirm` stands for. */
export const CONFIRM_KEY = {
  title: `${MODIFIER_KEY} Enter`,
  'aria-keyshortcuts': 'Control+Enter Meta+Enter',
} as const

/** Closes the dialog an element stands in; `onClose` follows. */
export function closeModal(inside: HTMLElement): void {
  inside.closest('dialog')?.close()
}
