// `agentTeam.importAgents`: agents and rules that people bring from other tools, shown before anything is written.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { AgentRegistry } from '../../../core/agents/agentRegistry';
import type { ImportItem } from '../../../core/agents/import/importItem';
import { UserError } from '../../../core/failure';
import { parseArguments } from '../../edge/commandArguments';
import { planOf, readImports, type FolderImport, type FolderPlan } from './importGround';
import { confirmImport, pickItems } from './importPicks';
import { ImportPreview } from './importPreview';
import { findSources, shownPath, type FoundSource } from './importSources';
import { importFaultText, noteText } from './importWords';
import { writePlans, type Written } from './importWriter';

export interface AgentImportOptions {
  registry: Pick<AgentRegistry, 'list'>;
  /** Called with the files that the person has been shown. */
  onSeen: (sources: readonly string[]) => void;
}

/** What an import did, or would do. Paths are as tools write them. */
export interface ImportOutcome {
  /** False where nothing was written since nobody said so. */
  applied: boolean;
  created: string[];
  changed: string[];
  failed: { path: string; message: string }[];
  /** Sources whose content an earlier import has brought. */
  present: string[];
  faults: { source: string; message: string }[];
  notes: { source: string; name: string; message: string }[];
}

const argumentsSchema = z.object({
  files: z.array(z.string().trim().min(1)).optional(),
  apply: z.literal(true).optional(),
});

export class AgentImport implements vscode.Disposable {
  private readonly preview = new ImportPreview();

  constructor(private readonly options: AgentImportOptions) {}

  /** With arguments nothing is asked: `files` are the sources (all, if left out), and only with `apply` something is written. */
  async run(args: unknown[]): Promise<ImportOutcome | undefined> {
    const { value, fromPerson } = parseArguments(argumentsSchema, args, 'agentTeam.importAgents');
    requirePlace();
    const found = await findSources();
    const sources = value.files === undefined ? found : chosen(found, value.files);
    const imports = await readImports(sources, this.options.registry);
    if (fromPerson) return this.ask(sources, imports);
    const plans = imports.map((each) => planOf(each, each.items));
    const planned = { created: paths(plans, true), changed: paths(plans, false), failed: [] };
    return outcome(imports, plans, value.apply === true, value.apply === true ? await writePlans(plans) : planned);
  }

  dispose(): void {
    this.preview.dispose();
  }

  /** Choose, look, confirm; going back is possible until something is written. */
  private async ask(
    sources: readonly FoundSource[],
    imports: readonly FolderImport[],
  ): Promise<ImportOutcome | undefined> {
    this.options.onSeen(sources.map(({ uri }) => uri.toString()));
    let selected: ReadonlySet<ImportItem> | undefined;
    try {
      for (;;) {
        selected = await pickItems(imports, selected);
        if (!selected || selected.size === 0) return undefined;
        const kept = selected;
        const plans = imports.map((each) =>
          planOf(
            each,
            each.items.filter((item) => kept.has(item)),
          ),
        );
        await this.preview.show(plans);
        const answer = await confirmImport(plans);
        if (answer === 'back') continue;
        if (answer !== 'write') return undefined;
        await this.preview.close();
        const written = await writePlans(plans);
        // Not waited for: the notification may stay for long.
        void tell(written);
        return outcome(imports, plans, true, written);
      }
    } finally {
      await this.preview.close();
    }
  }
}

function requirePlace(): void {
  const { isTrusted, workspaceFolders = [] } = vscode.workspace;
  if (isTrusted && workspaceFolders.length > 0) return;
  throw new UserError('agent.no_place', vscode.l10n.t('Open a folder and trust it: agents are imported into it.'));
}

function chosen(found: readonly FoundSource[], files: readonly string[]): FoundSource[] {
  return files.map((file) => {
    const wanted = file.replace(/\\/g, '/').replace(/^\.\//, '');
    const source = found.find(({ uri, shownPath: path }) => path === wanted || uri.toString() === file);
    if (source) return source;
    throw new UserError('import.unknown', vscode.l10n.t('{0} is no file that agents can be imported from.', file));
  });
}

function paths(plans: readonly FolderPlan[], isNew: boolean): string[] {
  return plans.flatMap(({ folder, files }) =>
    files.flatMap(({ path, before }) => ((before === undefined) === isNew ? [shownPath(folder, path)] : [])),
  );
}

function outcome(
  imports: readonly FolderImport[],
  plans: readonly FolderPlan[],
  applied: boolean,
  { created, changed, failed }: Omit<Written, 'uris'>,
): ImportOutcome {
  return {
    applied,
    created,
    changed,
    failed,
    present: plans.flatMap(({ folder, present }) => [
      ...new Set(present.map(({ source }) => shownPath(folder, source))),
    ]),
    faults: imports.flatMap(({ folder, faults }) =>
      faults.map((fault) => ({ source: shownPath(folder, fault.source), message: importFaultText(fault) })),
    ),
    notes: plans.flatMap(({ folder, files }) =>
      files.flatMap(({ items }) =>
        items.flatMap(({ item, name, notes }) =>
          notes.map((note) => ({ source: shownPath(folder, item.source), name, message: noteText(note) })),
        ),
      ),
    ),
  };
}

async function tell({ created, changed, failed, uris: [first] }: Written): Promise<void> {
  const { l10n } = vscode;
  const count = created.length + changed.length;
  const [problem] = failed;
  const said = problem
    ? l10n.t('Written: {0}. Not written: {1} ({2})', count, failed.map(({ path }) => path).join(', '), problem.message)
    : count === 1
      ? l10n.t('Written: {0}', [...created, ...changed].join())
      : l10n.t('{0} files are written. What you import them from stays as it is.', count);
  const show = l10n.t('Show');
  const offered = first ? [show] : [];
  const answer = problem
    ? await vscode.window.showWarningMessage(said, ...offered)
    : await vscode.window.showInformationMessage(said, ...offered);
  if (answer === show && first) await vscode.window.showTextDocument(first);
}
