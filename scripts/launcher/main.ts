/** Runs a command's main function: an error is one readable message, and nothing keeps the process alive afterwards. */
export async function runMain(main: (args: readonly string[]) => Promise<number>): Promise<never> {
  process.title = 'task-manager-pro'
  let code = 1
  try {
    code = await main(process.argv.slice(2))
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
  }
  process.exit(code)
}
