/** Stands before a sum that lacks some of its parts; the reason is in the title around it. */
export function AtLeast() {
  return (
    <>
      <span aria-hidden="true">≥{'\u202f'}</span>
      <span className="vh">at least </span>
    </>
  )
}
