import { useEffect, useRef, type ReactNode } from 'react'
import { dialogOpen } from '../stores/commands.ts'

interface ModalProps {
  readonly role?: 'alertdialog' | 'dialog'
  readonly titleId: string
  readonly describedBy?: string
  /** It cannot be left now: what was asked is under way. */
  readonly isBusy?: boolean
  readonly className?: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/**
 * A dialog over everything: the browser keeps the focus inside and gives it back. What is marked `data-first` has it at
 * the start. Lists hold their order behind it.
 */
export function Modal(props: ModalProps) {
  const { role = 'dialog', titleId, describedBy, isBusy = false, className, onClose } = props
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    element?.querySelector<HTMLElement>('[data-first]')?.focus()
    dialogOpen.set(true)
    return () => dialogOpen.set(false)
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
      onClick={(event) => {
        // A question about ending is answered, not clicked away.
        if (role === 'dialog' && event.target === event.currentTarget) dialog.current?.close()
      }}
    >
      {props.children}
    </dialog>
  )
}

/** Closes the dialog an element stands in; `onClose` follows. */
export function closeModal(inside: HTMLElement): void {
  inside.closest('dialog')?.close()
}
