/** What the cells of one column need so that nothing of what is shown is cut, pixels. */
const PADDING = 22

/** @param index of the column, from 0 */
export function fitWidth(grid: HTMLElement, index: number): number {
  let widest = 0
  for (const row of grid.querySelectorAll('[role="row"]')) {
    const cell = row.children[index]
    if (cell !== undefined) widest = Math.max(widest, contentWidth(cell))
  }
  return Math.ceil(widest) + PADDING
}

/** Lines of a header stand under one another, the parts of a cell side by side. */
function contentWidth(cell: Element): number {
  if (cell.querySelector('.spark') !== null) return 0
  const lines = cell.getAttribute('role') === 'columnheader' ? [...cell.children] : [cell]
  return Math.max(0, ...lines.map((line) => textWidth(line)))
}

function textWidth(element: Element): number {
  const range = document.createRange()
  range.selectNodeContents(element)
  return range.getBoundingClientRect().width
}
