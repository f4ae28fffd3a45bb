// VS Code's language ids by file name, for files that no editor holds: opening each one to ask would wake its language server.

const BY_EXTENSION: Readonly<Record<string, string>> = {
  bash: 'shellscript', bat: 'bat', c: 'c', cc: 'cpp', cjs: 'javascript', clj: 'clojure', cpp: 'cpp', cs: 'csharp', css: 'css',
  cts: 'typescript', cxx: 'cpp', dart: 'dart', diff: 'diff', ex: 'elixir', exs: 'elixir', fs: 'fsharp', go: 'go', gradle: 'groovy',
  groovy: 'groovy', h: 'c', hpp: 'cpp', hs: 'haskell', htm: 'html', html: 'html', ini: 'ini', ipynb: 'jupyter', java: 'java',
  jl: 'julia', js: 'javascript', json: 'json', jsonc: 'jsonc', jsonl: 'jsonl', jsx: 'javascriptreact', kt: 'kotlin', kts: 'kotlin',
  less: 'less', lua: 'lua', m: 'objective-c', markdown: 'markdown', md: 'markdown', mjs: 'javascript', mts: 'typescript', php: 'php',
  pl: 'perl', ps1: 'powershell', py: 'python', pyi: 'python', r: 'r', rb: 'ruby', rs: 'rust', sass: 'sass', scala: 'scala',
  scss: 'scss', sh: 'shellscript', sql: 'sql', svelte: 'svelte', swift: 'swift', tex: 'latex', toml: 'toml', ts: 'typescript',
  tsx: 'typescriptreact', vb: 'vb', vue: 'vue', xml: 'xml', yaml: 'yaml', yml: 'yaml', zsh: 'shellscript',
}; // prettier-ignore

const BY_NAME: Readonly<Record<string, string>> = {
  dockerfile: 'dockerfile',
  makefile: 'makefile',
  gemfile: 'ruby',
  rakefile: 'ruby',
  '.gitignore': 'ignore',
};

/** The language id of a file's name; `plaintext` when it is not known. */
export function languageIdOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return BY_NAME[name] ?? BY_EXTENSION[extension] ?? 'plaintext';
}
