/** Sizes of canvases as the browser tells them: asking each one while drawing would lay the page out again. */
export interface Size {
  readonly width: number
  readonly height: number
}

const listeners = new WeakMap<Element, (size: Size) => void>()
const observer = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    listeners.get(target)?.({ width: contentRect.width, height: contentRect.height })
  }
})

/** Tells the size now and whenever it changes; answers how to stop. */
export function watchSize(element: Element, listener: (size: Size) => void): () => void {
  listeners.set(element, listener)
  observer.observe(element)
  return () => {
    observer.unobserve(element)
    listeners.delete(element)
  }
}
