// `agentTeam.showMemory` and `agentTeam.deleteMemory`: what the team remembers, to look through, edit, add and delete.
import * as vscode from 'vscode';
import type { MemoryScope } from '../../api';
import { isFailure, UserError, type Failure } from '../../core/failure';
import type { Redact } from '../../core/events/redaction';
import type { MemoryEntry } from '../../core/memory/memoryStore';
import { keyFault, valueText } from '../../core/memory/memoryValue';
import type { SharedMemory } from '../../core/memory/sharedMemory';
import { showError } from '../edge/showError';
import { formOf, PERSON } from './memoryFiles';
import { memoryUri, parseMemoryUri, type MemoryPlace } from './memoryUris';

/** What people call a run or a conversation; undefined for one that is not known here. */
export type MemoryTitle = (scope: Exclude<MemoryScope, 'workspace'>) => string | undefined;

export interface MemoryCommandsOptions {
  memory: Pick<SharedMemory, 'scopes' | 'list' | 'read' | 'write' | 'delete'>;
  redact: Redact;
  titleOf: MemoryTitle;
}

interface EntryItem extends vscode.QuickPickItem {
  place: MemoryPlace;
  entry: MemoryEntry;
}
type Item = EntryItem | (vscode.QuickPickItem & { place?: undefined });

const MAX_ITEMS = 2_000;
const MAX_DETAIL = 120;

export class MemoryCommands {
  private readonly add: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('add'),
    tooltip: vscode.l10n.t('New entry'),
  };
  private readonly trash: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('trash'),
    tooltip: vscode.l10n.t('Delete'),
  };

  constructor(private readonly options: MemoryCommandsOptions) {}

  /** Lists all entries by scope; the chosen one opens as a document. Resolves when the list is closed. */
  async show(): Promise<void> {
    const pick = vscode.window.createQuickPick<Item>();
    pick.title = vscode.l10n.t('Shared memory');
    pick.placeholder = vscode.l10n.t('Search keys and texts; choose an entry to read or edit it');
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.buttons = [this.add];
    const refresh = async () => {
      pick.busy = true;
      pick.items = await this.items();
      pick.busy = false;
    };
    const closed = new Promise<void>((resolve) => pick.onDidHide(() => resolve()));
    let next: (() => Promise<void>) | undefined;
    const leave = (then: () => Promise<void>) => {
      next = then;
      pick.hide();
    };
    pick.onDidTriggerButton(() => leave(() => this.create()));
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (!item) return;
      leave(() => (item.place ? this.open(item.place, item.entry) : this.create()));
    });
    pick.onDidTriggerItemButton(({ item }) => {
      if (item.place) void this.remove(item.place, item.entry).then(refresh, showError);
    });
    pick.show();
    try {
      await refresh();
      await closed;
    } finally {
      pick.dispose();
    }
    await next?.();
  }

  /** Deletes the entry of a document of ours: the one that a menu names, or the one that is shown. */
  async delete([target]: unknown[]): Promise<void> {
    const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
    const place = uri && parseMemoryUri(uri);
    if (!place) {
      const message = vscode.l10n.t('This is no entry of shared memory. “Show shared memory” lists them.');
      throw new UserError('memory.no_entry', message);
    }
    const entry = checked(await this.options.memory.read(place.scope, place.key));
    if (!entry) throw new UserError('memory.not_found', vscode.l10n.t('“{0}” is gone already.', place.key));
    await this.remove(place, entry);
  }

  private async items(): Promise<Item[]> {
    const items: Item[] = [];
    for (const scope of await this.scopesInOrder()) {
      const entries = checked(await this.options.memory.list(scope));
      if (entries.length === 0) continue;
      items.push({ label: this.nameOf(scope), kind: vscode.QuickPickItemKind.Separator });
      items.push(...entries.map((entry) => this.entryItem(scope, entry)));
      if (items.length >= MAX_ITEMS) break;
    }
    if (items.length > 0) return items;
    const detail = vscode.l10n.t(
      'Agents keep here what the whole team should know. Choose this to write the first entry.',
    );
    return [{ label: `$(add) ${vscode.l10n.t('Nothing is remembered yet')}`, detail, alwaysShow: true }];
  }

  /** The workspace first, then conversations, then runs, the newest of each first. */
  private async scopesInOrder(): Promise<MemoryScope[]> {
    const scopes = checked(await this.options.memory.scopes());
    const rank = (scope: MemoryScope) => (scope === 'workspace' ? 0 : 'threadId' in scope ? 1 : 2);
    return scopes.sort((a, b) => rank(a) - rank(b));
  }

  private nameOf(scope: MemoryScope): string {
    if (scope === 'workspace') return vscode.l10n.t('Workspace');
    const title = this.options.titleOf(scope);
    if ('threadId' in scope) return vscode.l10n.t('Conversation: {0}', title ?? scope.threadId);
    return vscode.l10n.t('Run: {0}', title ?? scope.runId);
  }

  private entryItem(scope: MemoryScope, entry: MemoryEntry): EntryItem {
    const { key, author, time, version } = entry;
    const text = valueText(entry.value).replace(/\s+/g, ' ').trim();
    return {
      label: key,
      description: vscode.l10n.t(
        '{0} · version {1} · {2}',
        authorName(author),
        version,
        new Date(time).toLocaleString(vscode.env.language),
      ),
      detail: text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text,
      buttons: [this.trash],
      place: { scope, key },
      entry,
    };
  }

  private async open(place: MemoryPlace, entry: MemoryEntry): Promise<void> {
    await vscode.window.showTextDocument(memoryUri(place, formOf(entry)));
  }

  /** A new entry of the workspace: empty until something is saved into it. */
  private async create(): Promise<void> {
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t('New entry of shared memory'),
      prompt: vscode.l10n.t('What is it about? Agents find it by this and by its text.'),
      placeHolder: vscode.l10n.t('build command'),
      validateInput: (text) => (text === '' ? undefined : keyFault(text.trim(), this.options.redact)?.message),
    });
    if (key === undefined || key.trim() === '') return;
    const place: MemoryPlace = { scope: 'workspace', key: key.trim() };
    const known = checked(await this.options.memory.read(place.scope, place.key));
    if (known) return this.open(place, known);
    const change = { key: place.key, value: '', expectedVersion: 0 };
    const { entry } = checked(await this.options.memory.write(place.scope, change, PERSON));
    await this.open(place, entry);
  }

  /** Deletes at once; a button brings it back. */
  private async remove(place: MemoryPlace, { version, value }: MemoryEntry): Promise<void> {
    const { memory } = this.options;
    const deleted = checked(await memory.delete(place.scope, { key: place.key, expectedVersion: version }, PERSON));
    await closeTabs(place);
    if (!deleted) return;
    const undo = vscode.l10n.t('Undo');
    void vscode.window
      .showInformationMessage(vscode.l10n.t('Deleted “{0}” from shared memory.', place.key), undo)
      .then(async (choice) => {
        if (choice !== undo) return;
        checked(await memory.write(place.scope, { key: place.key, value, expectedVersion: 0 }, PERSON));
      })
      .then(undefined, showError);
  }
}

async function closeTabs(place: MemoryPlace): Promise<void> {
  const uris = new Set((['md', 'json'] as const).map((form) => memoryUri(place, form).toString()));
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && uris.has(input.uri.toString()));
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}

function authorName(author: string): string {
  if (author === 'person') return vscode.l10n.t('you');
  return author === 'api' ? vscode.l10n.t('another extension') : author;
}

function checked<T>(outcome: T | Failure): T {
  if (isFailure(outcome)) throw new UserError(outcome.reason, outcome.message);
  return outcome;
}
