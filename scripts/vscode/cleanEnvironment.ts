const secretName = /(^|_)(API_?KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$/i;
const foreignPrefix =
  /^(OPENAI|ANTHROPIC|AZURE_OPENAI|OTEL|VSCODE|ELECTRON|NPM_CONFIG|NPM_PACKAGE|NPM_LIFECYCLE|GIT|MOCHA|AGENT_TEAM)_/i;
const foreignNames = new Set(['NODE_OPTIONS', 'NODE_PATH', 'NODE_ENV', 'INIT_CWD', 'FORCE_COLOR', 'NO_COLOR', 'DEBUG']);

/**
 * The environment that an editor under test starts with: no key of the person at the machine, nothing of npm, of an
 * editor around us or of git, so that a test means the same everywhere. `additions` come last.
 */
export function cleanEnvironment(source: NodeJS.ProcessEnv, additions: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(source).filter(
    ([name]) => !secretName.test(name) && !foreignPrefix.test(name) && !foreignNames.has(name.toUpperCase()),
  );
  return { ...Object.fromEntries(kept), ...additions };
}

/**
 * Additions for tests: a home of their own, a git that reads neither the person's nor the machine's configuration, and no
 * extension gallery to ask.
 */
export function hermeticAdditions(home: string): Record<string, string> {
  return {
    HOME: home,
    USERPROFILE: home,
    TMPDIR: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: `${home}/.gitconfig`,
    EXTENSIONS_GALLERY: '{}',
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    // These would count before LANG, and shells complain of those that are not installed.
    ...{ LANGUAGE: '', LC_ALL: '', LC_CTYPE: '', LC_MESSAGES: '', LC_NUMERIC: '', LC_TIME: '', LC_COLLATE: '' },
  };
}
