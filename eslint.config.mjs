// Lint rules of the house. The import bans below are the permitted directions between rooms (CONTRIBUTING.md).
import tseslint from 'typescript-eslint';

const NODE_AND_SDKS =
  '^(node:.*|fs|path|os|child_process|crypto|http|https|url|util|stream|events|worker_threads|openai(/.*)?|lowdb(/.*)?|@opentelemetry/.*|web-tree-sitter)$';

/** @param {({ group?: string[]; regex?: string; message: string })[]} patterns */
const ban = (...patterns) => ({
  'no-restricted-imports': 'off',
  '@typescript-eslint/no-restricted-imports': ['error', { patterns: patterns.map((pattern) => ({ ...pattern })) }],
});
const vscodeBan = {
  regex: '^vscode$',
  message: 'Only src/vscode, src/adapters/vscodeLm and extension.ts may import vscode.',
};
const nodeBan = {
  regex: NODE_AND_SDKS,
  message: 'core, protocol and webviews import neither Node nor SDKs: write an adapter.',
};
const adaptersBan = {
  group: ['**/adapters/**'],
  message: 'Only extension.ts wires adapters; depend on a port of core.',
};
const vscodeRoomBan = {
  group: ['**/vscode/**'],
  message: 'src/vscode is at the edge: nothing but extension.ts imports it.',
};
const coreBan = { group: ['**/core/**'], message: 'Webviews speak protocol only.' };
const protocolBan = { group: ['**/protocol/**'], message: 'core and adapters do not know the webview protocol.' };
/** Inside core: engine > review > supervisor > routing > agents > tools, model; never back. */
const coreAbove = (...rooms) => ({
  group: rooms.map((room) => `**/${room}/**`),
  message: 'Inside core: engine > review > supervisor > routing > agents > tools, model. Never back.',
});
const otelGlobals = ['trace', 'context', 'metrics', 'propagation', 'diag'].map((name) => ({
  selector: `ImportSpecifier[imported.name="${name}"][parent.source.value="@opentelemetry/api"]`,
  message: 'Every extension in the process shares these globals: use a private provider and explicit contexts.',
}));

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'dist/**',
      '.vscode-server-host/**',
      'test-results/**',
      'test/fixtures/**',
      'bench/node_modules/**',
      '**/*.mjs',
      '**/*.js',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        ...otelGlobals,
        {
          selector: 'CallExpression[callee.property.name="startActiveSpan"]',
          message: 'startActiveSpan uses the global context manager.',
        },
      ],
    },
  },
  { files: ['src/core/**'], rules: ban(vscodeBan, nodeBan, adaptersBan, vscodeRoomBan, protocolBan) },
  {
    files: ['src/core/{model,tools,workspace,events,runs,resilience,telemetry,memory,changes,policy}/**'],
    rules: ban(
      vscodeBan,
      nodeBan,
      adaptersBan,
      vscodeRoomBan,
      protocolBan,
      coreAbove('agents', 'routing', 'supervisor', 'review', 'engine'),
    ),
  },
  {
    files: ['src/core/{agents,reactions}/**'],
    rules: ban(
      vscodeBan,
      nodeBan,
      adaptersBan,
      vscodeRoomBan,
      protocolBan,
      coreAbove('routing', 'supervisor', 'review', 'engine'),
    ),
  },
  {
    files: ['src/core/routing/**'],
    rules: ban(
      vscodeBan,
      nodeBan,
      adaptersBan,
      vscodeRoomBan,
      protocolBan,
      coreAbove('supervisor', 'review', 'engine'),
    ),
  },
  {
    files: ['src/core/supervisor/**'],
    rules: ban(vscodeBan, nodeBan, adaptersBan, vscodeRoomBan, protocolBan, coreAbove('review', 'engine')),
  },
  {
    files: ['src/core/review/**'],
    rules: ban(vscodeBan, nodeBan, adaptersBan, vscodeRoomBan, protocolBan, coreAbove('engine')),
  },
  { files: ['src/protocol/**'], rules: ban(vscodeBan, nodeBan, adaptersBan, vscodeRoomBan) },
  {
    files: ['src/adapters/**'],
    ignores: ['src/adapters/vscodeLm/**'],
    rules: ban(vscodeBan, vscodeRoomBan, protocolBan),
  },
  { files: ['src/adapters/vscodeLm/**'], rules: ban(vscodeRoomBan, protocolBan) },
  { files: ['src/vscode/**'], rules: ban(adaptersBan) },
  { files: ['webview/**'], rules: ban(vscodeBan, nodeBan, adaptersBan, vscodeRoomBan, coreBan) },
  {
    files: ['src/entry.ts', 'src/extension.ts', 'src/composition/**'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    files: ['test/**', 'bench/**', 'scripts/**'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      'no-console': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
