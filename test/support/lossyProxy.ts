// A network between a client and a server on the loopback interface, which a test can break in the ways in which networks break.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class LossyProxy {
  private readonly sockets = new Set<Socket>();
  /** Bytes vanish without a word; connections stay. */
  isSilent = false;
  /** New connections are refused. */
  isDown = false;

  private constructor(private readonly server: Server) {}

  static async start(targetPort: number): Promise<LossyProxy> {
    const server = createServer();
    const proxy = new LossyProxy(server);
    server.on('connection', (near) => {
      if (proxy.isDown) {
        near.destroy();
        return;
      }
      const far = connect(targetPort, '127.0.0.1');
      proxy.join(near, far);
      proxy.join(far, near);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.isDown = true;
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (chunk) => {
      if (!this.isSilent) to.write(chunk);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
