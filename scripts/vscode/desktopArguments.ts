/** What desktop VS Code's command line says about a test run, as far as the served VS Code can do it. */
export interface DesktopArguments {
  readonly developmentPaths: readonly string[];
  readonly testsPath: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly workspace?: string;
  readonly disablesWorkspaceTrust: boolean;
}

// Flags that mean something for a desktop window only, or that the served host does anyway.
const ignoredFlags = new Set([
  'no-sandbox',
  'disable-gpu-sandbox',
  'disable-gpu',
  'disable-updates',
  'skip-welcome',
  'skip-release-notes',
  'no-cached-data',
  'disable-telemetry',
  'disable-extensions',
  'new-window',
]);

/** Reads `--name=value` and `--name value`; a flag that it does not know is an error, never silently another test run. */
export function parseDesktopArguments(args: readonly string[]): DesktopArguments {
  const values = new Map<string, string[]>();
  const positional: string[] = [];
  let disablesWorkspaceTrust = false;
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    const [name, inline] = splitFlag(argument);
    if (!argument.startsWith('--')) positional.push(argument);
    else if (name === 'disable-workspace-trust') disablesWorkspaceTrust = true;
    else if (valueFlags.has(name)) values.set(name, [...(values.get(name) ?? []), inline ?? args[(index += 1)] ?? '']);
    else if (!ignoredFlags.has(name)) throw new Error(`The served VS Code does not know ${argument}.`);
  }
  const single = (name: string) => {
    const value = values.get(name)?.at(-1);
    if (value) return value;
    throw new Error(`The served VS Code needs --${name}.`);
  };
  const workspace = positional[0];
  if (positional.length > 1)
    throw new Error(`The served VS Code opens one folder or workspace, not ${positional.join(', ')}.`);
  return {
    developmentPaths: values.get('extensionDevelopmentPath') ?? [],
    testsPath: single('extensionTestsPath'),
    userDataDir: single('user-data-dir'),
    extensionsDir: single('extensions-dir'),
    ...(workspace === undefined ? {} : { workspace }),
    disablesWorkspaceTrust,
  };
}

const valueFlags = new Set(['extensionDevelopmentPath', 'extensionTestsPath', 'user-data-dir', 'extensions-dir']);

function splitFlag(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=');
  return equals < 0 ? [argument.slice(2), undefined] : [argument.slice(2, equals), argument.slice(equals + 1)];
}
