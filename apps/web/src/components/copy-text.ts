import { showToast } from '../stores/toasts.ts'

/** To the clipboard. A browser may refuse, as while its window is in the background: then that is said. */
export async function copyText(text: string): Promise<void> {
  if (text === '') return
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const why = 'Not copied: the browser did not allow it. Click into the page and try again.'
    showToast({ kind: 'warn', text: why })
  }
}
