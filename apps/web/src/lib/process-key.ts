/** The key of a process in maps and lists: of its pid and its start mark, so that a pid that lives again is another. */
export const keyOfProcess = ({ pid, start_id }: { pid: number; start_id: string }): string =>
  `${pid}.${start_id}`
