// What mocha prints inside the extension host comes out over a socket of ours: VS Code's own log, which carries the
// host's console, is full of other things and goes to a file.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** An open ear for one window's test output. */
export interface OutputChannel {
  readonly port: number;
  /** Waits until everything that was sent is printed. */
  close(): Promise<void>;
}

/** Prints whatever arrives to stdout, as it comes. */
export async function openOutputChannel(): Promise<OutputChannel> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined); // A host that was killed resets its connection; its exit code tells.
    socket.on('data', (chunk: Buffer) => process.stdout.write(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      await Promise.all(
        [...sockets].map((socket) =>
          once(socket, 'close', { signal: AbortSignal.timeout(2_000) }).catch(() => socket.destroy()),
        ),
      );
      server.close();
    },
  };
}
