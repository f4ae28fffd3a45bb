// A real Redis on the loopback interface: a free port, a folder of its own, gone when the tests are over.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, REDIS_MISSING } from '../../scripts/test/findRedis';

const START_MS = 20_000;
const PORTS = 3;

export interface RedisServerOptions {
  password?: string;
  /** Keeps data over a restart. */
  durable?: boolean;
  /** Speaks TLS only, and wants no certificate of its clients. */
  tls?: { keyFile: string; certificateFile: string };
}

export class RedisServer {
  private process: ChildProcess | undefined;
  private readonly onExit = () => void this.process?.kill('SIGKILL');

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    readonly port: number,
    private readonly options: RedisServerOptions,
  ) {}

  static async start(program: string, options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'agent-team-redis-'));
    // Somebody else may take a free port before Redis does.
    for (let left = PORTS - 1; ; left -= 1) {
      const server = new RedisServer(program, folder, await freePort(), options);
      process.once('exit', server.onExit);
      try {
        await server.launch();
        return server;
      } catch (error) {
        process.off('exit', server.onExit);
        await server.kill();
        if (left === 0) throw error;
      }
    }
  }

  get url(): string {
    return `${this.options.tls ? 'rediss' : 'redis'}://127.0.0.1:${this.port}/0`;
  }

  /** Starts it again at its port, with its data where it is durable. */
  async launch(): Promise<void> {
    const { password, durable = false, tls } = this.options;
    const port = String(this.port);
    const child = spawn(
      this.program,
      [
        ...['--port', tls ? '0' : port, '--bind', '127.0.0.1', '--dir', this.folder],
        ...(tls ? ['--tls-port', port, '--tls-auth-clients', 'no'] : []),
        ...(tls ? ['--tls-cert-file', tls.certificateFile, '--tls-key-file', tls.keyFile] : []),
        ...['--save', '', '--appendonly', durable ? 'yes' : 'no', '--appendfsync', 'always'],
        ...(password === undefined ? [] : ['--requirepass', password]),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.process = child;
    await untilReady(child);
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    process.off('exit', this.onExit);
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Call in a `describe`: a server for all of its tests, which are skipped where there is none on this machine. */
export function useRedisServer(options: RedisServerOptions = {}): () => RedisServer {
  let server: RedisServer | undefined;
  before(async function () {
    this.timeout(START_MS + 5000);
    const program = findRedis();
    if (program === undefined) {
      console.warn(REDIS_MISSING);
      this.skip();
    }
    server = await RedisServer.start(program, options);
  });
  after(() => server?.stop());
  return () => {
    if (!server) throw new Error('Internal error: the server is there during tests only.');
    return server;
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Redis did not start: ${output}`)), START_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (!/Ready to accept connections/i.test(output)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Redis ended with ${String(code)}: ${output}`)));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
