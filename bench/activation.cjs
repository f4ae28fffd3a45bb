// Run in a process of its own: how long the stub takes, and how long the first real activation, with a VS Code that answers at once.
// Arguments: the build's folder, a folder for storage. Prints JSON.
const Module = require('node:module');
const path = require('node:path');
const { performance } = require('node:perf_hooks');

const [, , dist, storage] = process.argv;

/** Anything: callable, constructible, with every property; enough of VS Code to be wired, at no cost of its own. */
const anything = new Proxy(function () {}, {
  get: (_target, key) => {
    if (key === 'then') return undefined;
    if (key === Symbol.iterator) return function* () {};
    if (key === Symbol.toPrimitive) return () => '';
    return anything;
  },
  set: () => true,
  apply: () => anything,
  construct: () => anything,
});
const uri = (file) => ({
  fsPath: file,
  path: file,
  scheme: 'file',
  toString: () => `file://${file}`,
  with: () => uri(file),
});
const emptySettings = {
  get: () => undefined,
  inspect: () => undefined,
  has: () => false,
  update: async () => undefined,
};
const withDefaults = (known) => new Proxy(known, { get: (target, key) => (key in target ? target[key] : anything) });
const NAMES =
  'CancellationTokenSource CodeAction CodeActionKind Color CommentMode CommentThreadCollapsibleState CompletionItem CompletionItemKind ConfigurationTarget DecorationRangeBehavior Diagnostic DiagnosticSeverity Disposable EndOfLine EventEmitter ExtensionMode FileDecoration FileSystemError FileType Hover LanguageModelChatMessage LanguageModelError Location MarkdownString NotebookCellKind OverviewRulerLane Position ProgressLocation QuickPickItemKind Range RelativePattern Selection SnippetString StatusBarAlignment SymbolKind TabInputText TabInputTextDiff TextEdit TextEditorRevealType ThemeColor ThemeIcon TreeItem TreeItemCollapsibleState ViewColumn WorkspaceEdit chat commands comments debug env extensions languages notebooks scm tasks tests version window';
const notFound = async () => {
  throw new Error('not found');
};
let runsTree;
const vscode = {
  ...Object.fromEntries(NAMES.split(' ').map((name) => [name, anything])),
  Uri: { joinPath: (base, ...parts) => uri(path.join(base.fsPath, ...parts)), file: uri, parse: uri },
  window: withDefaults({
    createTreeView: (_id, options) => {
      runsTree = options.treeDataProvider;
      return anything;
    },
  }),
  l10n: { t: (text) => String(text) },
  lm: withDefaults({ tools: [], selectChatModels: async () => [] }),
  workspace: withDefaults({
    findFiles: async () => [],
    fs: withDefaults({ stat: notFound, readDirectory: notFound, readFile: notFound }),
    textDocuments: [],
    workspaceFolders: undefined,
    workspaceFile: undefined,
    isTrusted: true,
    getConfiguration: () => emptySettings,
  }),
};
const load = Module._load;
Module._load = function (request, ...rest) {
  return request === 'vscode' ? vscode : load.call(this, request, ...rest);
};

const memento = { get: () => undefined, update: async () => undefined, keys: () => [] };
const context = withDefaults({
  subscriptions: [],
  workspaceState: memento,
  globalState: memento,
  globalStorageUri: uri(storage),
  extensionUri: uri(path.dirname(dist)),
  secrets: {
    get: async () => undefined,
    store: async () => undefined,
    delete: async () => undefined,
    onDidChange: anything,
  },
});

async function measure() {
  const start = performance.now();
  const activation = require(path.join(dist, 'extension.js')).activate(context);
  const stubMs = performance.now() - start;
  const api = await activation;
  const isLoaded = (file) => path.join(dist, file) in require.cache;
  if (isLoaded('main.js'))
    throw new Error('The stub has already loaded the extension: there is nothing left to measure.');
  const asked = performance.now();
  // What VS Code asks when the runs are shown; the answer is a promise, made when everything is wired.
  void runsTree.getChildren();
  const activateMs = performance.now() - asked;
  void api.agents;
  const teamMs = performance.now() - asked - activateMs;
  console.log(JSON.stringify({ stubMs, activateMs, teamMs }));
  process.exit(0);
}

void measure();
