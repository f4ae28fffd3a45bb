// Which tools an agent gets: names, or groups as agent files write them. A name that no tool source knows is simply not offered.

const READ = [
  'read_file',
  'list_files',
  'document_outline',
  'go_to_definition',
  'find_references',
  'get_diagnostics',
  'get_editor_context',
  'get_git_changes',
  'static_analysis',
  'security_scan',
  'memory_read',
  'memory_search',
] as const;

/** The groups that agent files may name; VS Code's own group names, mapped to tools of ours. */
export const TOOL_GROUPS: Readonly<Record<string, readonly string[]>> = {
  read: READ,
  search: ['list_files', 'search_text', 'find_symbols', 'find_references'],
  edit: ['edit_file', 'apply_patch', 'create_file', 'delete_file', 'rename_file', 'rename_symbol', 'apply_code_action'],
  execute: ['run_command', 'run_tests'],
  agent: ['memory_read', 'memory_write', 'memory_search', 'publish_event'],
};

/** The names behind `grants`, groups expanded, each once, in order of first mention. */
export function expandToolNames(grants: readonly string[]): string[] {
  return [
    ...new Set(grants.flatMap((grant) => (Object.hasOwn(TOOL_GROUPS, grant) ? (TOOL_GROUPS[grant] ?? []) : [grant]))),
  ];
}
