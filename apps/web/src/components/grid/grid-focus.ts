/** The header of a column, to put the focus on; the first where the column is not shown. */
export function headOf(grid: HTMLElement | null, column: string): HTMLElement | null {
  const heads = [...(grid?.querySelectorAll<HTMLElement>('[data-head]') ?? [])]
  return heads.find((head) => head.dataset['head'] === column) ?? heads[0] ?? null
}

/** The context menu by key: at the row the keyboard is on. */
export function openMenuAt(key: string): void {
  openMenuOn(document.querySelector(`#${CSS.escape(`row-${key}`)}`))
}

/** As a right click there would. */
export function openMenuOn(row: Element | null): void {
  if (row === null) return
  const { left, bottom } = row.getBoundingClientRect()
  row.dispatchEvent(
    new MouseEvent('contextmenu', {
      bubbles: true,
      cancelable: true,
      clientX: left + 48,
      clientY: bottom - 4,
    }),
  )
}
