interface ValueProps {
  /** A formatted figure: number, space, unit (`15.5 MB/s`, `14.6 of 31.3 GiB`). */
  readonly children: string
}

/** A figure with its unit (and its limit) dimmed. */
export function Value({ children }: ValueProps) {
  const space = children.search(/[ \u00a0\u202f]/)
  const lead = children.startsWith('<') ? children.indexOf('\u202f', space + 1) : space
  const cut = lead === -1 ? children.length : lead
  return (
    <>
      {children.slice(0, cut)}
      {cut < children.length && <span className="u">{children.slice(cut)}</span>}
    </>
  )
}
