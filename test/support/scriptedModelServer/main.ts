// Runs the server as a process of its own: prints `listening <baseUrl>`, and ends when its parent does.
// Usage: node --import tsx test/support/scriptedModelServer/main.ts [port]
import { ScriptedModelServer } from './scriptedModelServer';

async function main(): Promise<void> {
  const server = await ScriptedModelServer.start({ port: Number(process.argv[2] ?? 0) });
  process.stdout.write(`listening ${server.baseUrl}\n`);
  const stop = () => void server.close().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A parent that dies closes our standard input: nothing is left running.
  process.stdin.on('end', stop).on('error', stop).resume();
}

void main();
