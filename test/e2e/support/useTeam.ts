import type { Settings } from '../../../scripts/vscode/profile';
import { ScriptedModelServer } from '../../support/scriptedModelServer/scriptedModelServer';
import type { Editor, EditorOptions } from './editor';
import { useEditor } from './useEditor';

/** The settings with which the team asks a model server. */
export function settingsFor(server: ScriptedModelServer): Settings {
  return {
    'agentTeam.provider': 'openai',
    'agentTeam.openai.baseUrl': server.baseUrl,
    'agentTeam.models': { default: 'scripted-large' },
  };
}

/**
 * Gives the surrounding `describe` an editor whose team asks a scripted model server. The window is open before the first
 * test; nothing that one try scripted, such as a rule or a closed gate, is left to the next.
 */
export function useTeam(options: EditorOptions = {}): { editor: () => Editor; server: () => ScriptedModelServer } {
  let server: ScriptedModelServer | undefined;
  const served = () => {
    if (!server) throw new Error('Internal error: the model server exists only while tests run');
    return server;
  };
  before(async () => {
    server = await ScriptedModelServer.start({ models: ['scripted-large'] });
  });
  after(async () => server?.close());
  // Before the editor is brought back: runs that wait for an answer can end.
  afterEach(() => served().reset());
  const { settings, ...rest } = options;
  const editor = useEditor(rest);
  before(async function () {
    // Opening the window may take a second try.
    this.timeout(240_000);
    // Not from the profile's file: who answers is a setting of the machine, which a served window keeps elsewhere.
    await editor().configure({ ...settingsFor(served()), ...settings });
  });
  beforeEach(() => served().reset());
  return { editor, server: served };
}
