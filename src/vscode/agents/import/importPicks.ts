// The two questions of an import: what to take, and whether to write what is shown.
import * as vscode from 'vscode';
import type { ImportItem } from '../../../core/agents/import/importItem';
import type { PlannedItem } from '../../../core/agents/import/importPlan';
import { planOf, type FolderImport, type FolderPlan } from './importGround';
import { shownPath } from './importSources';
import { importFaultText, noteText } from './importWords';

interface ItemPick extends vscode.QuickPickItem {
  item?: ImportItem;
}

/** The items that the person wants; undefined when they leave. Where there is nothing to take, says so. */
export async function pickItems(
  imports: readonly FolderImport[],
  selected: ReadonlySet<ImportItem> | undefined,
): Promise<ReadonlySet<ImportItem> | undefined> {
  const { l10n } = vscode;
  const planned = imports.map((each) => ({ each, plan: planOf(each, each.items) }));
  const rows = planned.flatMap(({ each, plan }) =>
    plan.files.flatMap(({ items }) => items.map((entry) => rowOf(each, entry, selected))),
  );
  if (rows.length === 0) {
    await vscode.window.showInformationMessage(nothingText(imports));
    return undefined;
  }
  const isAgent = ({ item }: ItemPick) => item?.kind === 'agent';
  const sections: [string, ItemPick[]][] = [
    [l10n.t('New agents'), rows.filter(isAgent)],
    [l10n.t('New sections of AGENTS.md'), rows.filter((row) => !isAgent(row))],
  ];
  const picks = sections.flatMap(([label, list]): ItemPick[] =>
    list.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...list],
  );
  const chosen = await vscode.window.showQuickPick(picks, {
    canPickMany: true,
    title: l10n.t('Import agents and rules of other tools'),
    placeHolder:
      leftOutText(
        imports,
        planned.map(({ plan }) => plan),
      ) ?? l10n.t('Nothing is written before you have seen it'),
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return chosen && new Set(chosen.flatMap(({ item }) => item ?? []));
}

function rowOf(
  { folder }: FolderImport,
  { item, name, notes }: PlannedItem,
  selected: ReadonlySet<ImportItem> | undefined,
): ItemPick {
  // A rule that only counted when somebody named it would count always.
  const isUsual = !item.notes.some(({ reason }) => reason === 'applied.by_hand');
  const details = [...(item.kind === 'agent' ? [toolsText(item.tools)] : []), ...notes.map(noteText)];
  return {
    label: `$(${item.kind === 'agent' ? 'person' : 'book'}) ${name}`,
    description: shownPath(folder, item.source),
    ...(details.length > 0 && { detail: details.join(' · ') }),
    picked: selected ? selected.has(item) : isUsual,
    item,
  };
}

function toolsText(tools: readonly string[] | undefined): string {
  const { l10n } = vscode;
  if (!tools) return l10n.t('tools: all groups');
  if (tools.length === 0) return l10n.t('no tools');
  return l10n.t('tools: {0}', tools.join(', '));
}

function nothingText(imports: readonly FolderImport[]): string {
  const { l10n } = vscode;
  const fault = imports.flatMap(({ folder, faults }) => faults.map((each) => ({ folder, each })))[0];
  if (imports.length === 0) {
    return l10n.t(
      'There is nothing to import here. Looked for modes of Roo Code, rules of Cline and Cursor, and instructions, prompts and chat modes of Copilot.',
    );
  }
  if (fault)
    return l10n.t(
      'Nothing can be imported. {0}: {1}',
      shownPath(fault.folder, fault.each.source),
      importFaultText(fault.each),
    );
  return l10n.t('Everything that could be imported is here already.');
}

/** What the list does not show, if anything. */
function leftOutText(imports: readonly FolderImport[], plans: readonly FolderPlan[]): string | undefined {
  const { l10n } = vscode;
  const present = plans.reduce((count, plan) => count + plan.present.length, 0);
  const faults = imports.flatMap(({ folder, faults: all }) =>
    all.map((each) => `${shownPath(folder, each.source)}: ${importFaultText(each)}`),
  );
  if (faults.length > 0) return l10n.t('Left out: {0}', faults.join(' '));
  return present > 0 ? l10n.t('{0} more were imported before', present) : undefined;
}

/** Stays while the person looks at the preview. */
export async function confirmImport(plans: readonly FolderPlan[]): Promise<'write' | 'back' | undefined> {
  const { l10n } = vscode;
  const files = plans.flatMap(({ folder, files: all }) =>
    all.map(({ path, before }) => ({ path: shownPath(folder, path), before })),
  );
  const created = files.filter(({ before }) => before === undefined).map(({ path }) => path);
  const changed = files.filter(({ before }) => before !== undefined).map(({ path }) => path);
  const details = [
    ...(created.length > 0 ? [l10n.t('creates {0}', created.join(', '))] : []),
    ...(changed.length > 0 ? [l10n.t('adds to {0}', changed.join(', '))] : []),
  ];
  const items = [
    {
      label:
        files.length === 1
          ? l10n.t('$(check) Write this file')
          : l10n.t('$(check) Write these {0} files', files.length),
      detail: details.join(' · '),
      answer: 'write' as const,
    },
    { label: l10n.t('$(arrow-left) Choose again'), answer: 'back' as const },
    { label: l10n.t('$(close) Write nothing'), answer: undefined },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: l10n.t('Import agents and rules of other tools'),
    placeHolder: l10n.t('What would be written is shown below'),
    ignoreFocusOut: true,
  });
  return picked?.answer;
}
