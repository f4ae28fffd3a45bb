// What the actions of the editor ask of the agents. Requests are read by models, so they are English and exact whatever the window speaks.

/** How a language documents its code; for any other its usual convention is asked for. */
const DOC_CONVENTIONS: Readonly<Record<string, string>> = {
  typescript: 'TSDoc comments (/** … */) above the declaration',
  typescriptreact: 'TSDoc comments (/** … */) above the declaration',
  javascript: 'JSDoc comments (/** … */) with types, above the declaration',
  javascriptreact: 'JSDoc comments (/** … */) with types, above the declaration',
  python: 'docstrings as in PEP 257, in the style that the file already uses',
  go: 'Go doc comments: full sentences that begin with the name',
  rust: 'outer doc comments (///) in markdown, with # Errors and # Panics where they apply',
  java: 'Javadoc',
  kotlin: 'KDoc',
  csharp: 'XML documentation comments (/// <summary>…)',
  php: 'PHPDoc blocks',
  ruby: 'YARD comments',
  c: 'Doxygen comments',
  cpp: 'Doxygen comments',
  swift: 'DocC comments (///)',
  shellscript: 'a comment above each function that says what it does, its arguments and its exit codes',
};

export function documentRequest(languageId: string): string {
  const convention = DOC_CONVENTIONS[languageId] ?? 'the documentation comments that this language usually has';
  return [
    `Document this code with ${convention}.`,
    'Say what the signature does not: meaning, units, bounds, errors, side effects. Leave out what is obvious, and keep comments that are right.',
    'Change comments only, not one character of code, as an edit of the file.',
  ].join('\n');
}

export interface TestFacts {
  /** The command that runs the tests, where one was found. */
  runner?: { name: string; command: string };
  /** Tests that show how they are written here, the nearest first. */
  examples: readonly string[];
}

export function testsRequest({ runner, examples }: TestFacts): string {
  return [
    'Write tests for this code.',
    runner
      ? `Tests run with ${runner.name} (${runner.command}).`
      : 'No way to run tests was found: look how this code could be tested, and say so if nothing is set up.',
    examples.length > 0
      ? `Read ${examples.join(', ')} first: follow their place, names, imports and style.`
      : 'There are no tests yet: use the usual place and style of the runner.',
    'Cover the usual case, each branch, the edges (empty, zero, missing, too large) and the errors. Test behaviour, not the implementation.',
    'Do not change the code under test: where it is wrong, leave a test that shows it out and name the fault in your answer.',
    'Then run the new tests with run_tests and repair them until they pass; run at most five times.',
    'End with what they cover, what they do not, and the result of the last run.',
  ].join('\n');
}

export interface Problem {
  /** 1-based. */
  line: number;
  severity: string;
  message: string;
  source?: string;
}

export function fixRequest(path: string, problems: readonly Problem[]): string {
  const list = problems.map(
    ({ line, severity, message, source }) =>
      `- line ${line}: ${severity}: ${message}${source === undefined ? '' : ` (${source})`}`,
  );
  return [
    `Fix these problems of ${path}:`,
    ...list,
    'Repair the cause with the smallest change; never silence a check, weaken a type or delete a test to get rid of a message.',
    'If tests are set up, run those that concern the file before and after: those that passed must still pass.',
    'Say for each problem what you did, or why it stays.',
  ].join('\n');
}

export function commitMessageRequest(diff: string): string {
  return [
    'Write the commit message for this diff. Answer with the message alone: no quotes, no fence, no comment.',
    'First line: what the commit does, imperative, at most 72 characters. Then, where it needs one, a blank line and why, wrapped at 72.',
    '',
    diff,
  ].join('\n');
}

/** The message in what a model answered: without a fence, quotes or a leading remark. */
export function commitMessageOf(answer: string): string {
  const fenced = /```[^\n]*\n([\s\S]*?)```/.exec(answer)?.[1];
  return (fenced ?? answer)
    .trim()
    .replace(/^(["'`])([\s\S]*)\1$/, '$2')
    .replace(/^commit message:\s*/i, '')
    .trim();
}

/** A message from the names alone, for when there is no model. */
export function plainCommitMessage(paths: readonly string[]): string {
  const names = [...new Set(paths)].map((path) => path.split('/').at(-1) ?? path);
  const [first, second] = names;
  if (first === undefined) return '';
  if (second === undefined) return `Change ${first}`;
  return names.length === 2 ? `Change ${first} and ${second}` : `Change ${first} and ${names.length - 1} more files`;
}
