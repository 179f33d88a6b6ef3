/** Lets the browser draw and listen in between: work that is awaited piece by piece holds up nobody for long. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}
