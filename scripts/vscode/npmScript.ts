/** A program and its arguments, ready for `spawn` without a shell. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** How to run a script of package.json with the npm that runs us, or the one on PATH. */
export function npmScript(name: string, args: readonly string[] = []): Command {
  const npm = process.env['npm_execpath'];
  const tail = ['run', '--silent', name, ...(args.length > 0 ? ['--', ...args] : [])];
  return npm?.endsWith('.js') ? { program: process.execPath, args: [npm, ...tail] } : { program: 'npm', args: tail };
}
