// Without a compiler at installation a few native modules are missing, and the built-in chat looks for a login that
// nobody wants. What VS Code says about that means nothing and would bury what does.
const noise = [
  /spdlog|native-watchdog|build\/Release\/watchdog|sqlite3|kerberos|bindings file/,
  /\[AgentHost|agent host/i,
  /vsda|\[Service Worker\] registration/,
];

/** True for messages of the served VS Code that say nothing about the extension. */
export function isHostNoise(message: string): boolean {
  return noise.some((pattern) => pattern.test(message));
}
