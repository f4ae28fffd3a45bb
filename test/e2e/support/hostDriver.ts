// The test's end of the connection to test/fixtures/driver, which runs in the extension host of each window.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const answerSchema = z.object({ id: z.number(), result: z.unknown().optional(), error: z.string().optional() });
const runEndSchema = z.object({ status: z.string(), error: z.string().optional() });
const vitalsSchema = z.object({ heapBytes: z.number(), handles: z.number(), processes: z.number() });
const settingsSchema = z.record(z.string(), z.unknown());
// Some commands answer when the run that they started has ended.
const answerTimeoutMs = 120_000;

/** A window's extension host, for setting up what a person would not do by hand. */
export class HostDriver {
  private readonly waiting = new Map<number, (answer: Omit<z.infer<typeof answerSchema>, 'id'>) => void>();
  private nextId = 1;

  constructor(private readonly socket: Socket) {
    socket.on('error', () => undefined); // A reloaded window drops its host; whoever waits learns of the close.
    socket.once('close', () => {
      for (const answer of this.waiting.values()) answer({ error: 'it is gone' });
      this.waiting.clear();
    });
    createInterface({ input: socket }).on('line', (line) => {
      const answer = answerSchema.parse(JSON.parse(line));
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
  }

  /** Changes user settings; `null` takes one back to its default. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.call('configure', [settings]);
  }

  /** Runs a command with arguments and returns its result as far as JSON can carry it. */
  execute(command: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.call('execute', [command, ...args]);
  }

  /** Activates an extension, such as a fixture whose commands a test needs. */
  async activate(extensionId: string): Promise<void> {
    await this.call('activate', [extensionId]);
  }

  /** Starts a run by the extension's API, with arguments as JSON can carry them, and tells how it ended. */
  async team(method: 'ask' | 'goal' | 'review', ...args: readonly unknown[]): Promise<z.infer<typeof runEndSchema>> {
    return runEndSchema.parse(await this.call('team', [method, ...args]));
  }

  /** The product's user settings; `null` where one has its default. */
  async productSettings(): Promise<Readonly<Record<string, unknown>>> {
    return settingsSchema.parse(await this.call('productSettings', []));
  }

  /** Closes what asks, clears notifications, cancels runs, and takes back edits that nobody saved. */
  async calmDown(): Promise<void> {
    await this.call('calmDown', []);
  }

  /** What the extension host takes after a full garbage collection. */
  async vitals(): Promise<z.infer<typeof vitalsSchema>> {
    return vitalsSchema.parse(await this.call('vitals', []));
  }

  /** A variable of the extension host's environment; `null` where there is none. */
  async environment(name: string): Promise<string | null> {
    return z
      .string()
      .nullable()
      .parse(await this.call('environment', [name]));
  }

  /** The ids of all registered commands, internal ones excluded. */
  async commands(): Promise<string[]> {
    return z.array(z.string()).parse(await this.call('commands', []));
  }

  private call(method: string, params: readonly unknown[]): Promise<unknown> {
    const id = this.nextId;
    this.nextId += 1;
    const answered = new Promise((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(`The extension host did not ${method}: ${reason}`));
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        fail('no answer in time');
      }, answerTimeoutMs);
      this.waiting.set(id, ({ result, error }) => {
        clearTimeout(timer);
        if (error === undefined) resolve(result);
        else fail(error);
      });
      if (this.socket.destroyed) fail('it is gone');
      else this.socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
    // A test that fails before it waits for the answer fails for its own reason alone.
    answered.catch(() => undefined);
    return answered;
  }
}

/** Takes the connections of extension hosts, in the order in which windows start. */
export class HostDriverServer {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async listen(): Promise<HostDriverServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HostDriverServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The next extension host that connects. */
  async next(timeoutMs: number): Promise<HostDriver> {
    const [socket] = (await once(this.server, 'connection', { signal: AbortSignal.timeout(timeoutMs) })) as [Socket];
    return new HostDriver(socket);
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
