const MOST_CHARACTERS = 80

/**
 * What tells two processes of one name apart: the arguments of the command line, paths cut to their last part.
 * `python3 /srv/train.py --bf16` → `train.py --bf16`; empty where there are none.
 */
export function commandHint(cmdline: string | null): string {
  const words = (cmdline ?? '').split(' ').slice(1)
  const telling = words.filter((word) => word !== '').map((word) => word.split('/').at(-1) ?? word)
  return telling.join(' ').slice(0, MOST_CHARACTERS)
}
