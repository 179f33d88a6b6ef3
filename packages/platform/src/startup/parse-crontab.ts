/** Commands of the lines `@reboot` of a user's crontab, as they are written. Source: crontab(5). */
export function parseRebootLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const command = /^[ \t]*@reboot[ \t]+(\S.*)$/.exec(line)?.[1]
    // What follows a bare % is given to the command as its input.
    return command === undefined
      ? []
      : [
          command
            .replace(/(?<!\\)%.*$/, '')
            .replaceAll(String.raw`\%`, '%')
            .trim(),
        ]
  })
}
