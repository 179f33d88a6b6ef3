import { createInterface } from 'node:readline'

/** Answers each line of standard input with one line of JSON; what is thrown is told as `{"error": …}`. */
export async function answerLines(answer: (line: string) => unknown): Promise<void> {
  for await (const line of createInterface(process.stdin)) {
    try {
      console.log(JSON.stringify(await answer(line)))
    } catch (error) {
      console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }))
    }
  }
}
