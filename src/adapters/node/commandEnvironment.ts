// What commands of agents get as environment: the person's, without what belongs to the editor, and set so that nothing asks,
// pages, colours or opens an editor.
import { COMMAND_MARK } from './processTree';

/** Variables that the editor sets for processes of its own; some would change what programs do. */
const EDITORS_OWN =
  /^(?:VSCODE_|ELECTRON_|CODE_SERVER_|GIT_ASKPASS$|SSH_ASKPASS$|CHROME_DESKTOP$|ORIGINAL_XDG_CURRENT_DESKTOP$)/;
/** Where the editor's debugger hooks itself into every Node process. */
const DEBUGGER_HOOK = /--(?:require|import)[ =]\S*js-debug\S*/g;

const QUIET: Readonly<Record<string, string>> = {
  CI: '1',
  TERM: 'dumb',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  CLICOLOR: '0',
  CARGO_TERM_COLOR: 'never',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  MANPAGER: 'cat',
  SYSTEMD_PAGER: 'cat',
  GH_PAGER: 'cat',
  AWS_PAGER: '',
  EDITOR: 'true',
  VISUAL: 'true',
  GIT_EDITOR: 'true',
  GIT_SEQUENCE_EDITOR: 'true',
  GIT_TERMINAL_PROMPT: '0',
  DEBIAN_FRONTEND: 'noninteractive',
  PIP_NO_INPUT: '1',
  PYTHONUNBUFFERED: '1',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

/** The environment of a command that carries `mark`; `extra` wins over everything but the mark. */
export function commandEnvironment(
  mark: string,
  extra: Readonly<Record<string, string>> = {},
  own: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => !EDITORS_OWN.test(name)));
  const nodeOptions = kept['NODE_OPTIONS']?.replaceAll(DEBUGGER_HOOK, '').trim();
  delete kept['NODE_OPTIONS'];
  return { ...kept, ...(nodeOptions && { NODE_OPTIONS: nodeOptions }), ...QUIET, ...extra, [COMMAND_MARK]: mark };
}
