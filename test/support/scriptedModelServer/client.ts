// The other side of control.ts: steers a scripted model server that runs in another process.
import type { RecordedRequest, Rejected, ServerReply, ServerRule } from './script';

export interface Script {
  rules?: (ServerRule | ServerReply)[];
  rejects?: Rejected[];
  /** Forgets what was scripted and recorded before. */
  reset?: boolean;
}

/** Steers the server whose `baseUrl` (ending with `/v1`) is given. */
export class ScriptedModelServerClient {
  private readonly root: string;

  constructor(readonly baseUrl: string) {
    this.root = baseUrl.replace(/\/v1\/?$/, '');
  }

  async script(script: Script): Promise<void> {
    await this.send('__script', script);
  }

  async requests(): Promise<RecordedRequest[]> {
    const { requests } = (await this.send('__requests')) as { requests: RecordedRequest[] };
    return requests;
  }

  /** The requests that no rule fitted, and the rules that no request used. */
  async leftOver(): Promise<{ unexpected: RecordedRequest[]; unused: ServerRule[] }> {
    const { unexpected } = (await this.send('__requests')) as { unexpected: RecordedRequest[] };
    const { unused } = (await this.send('__unused')) as { unused: ServerRule[] };
    return { unexpected, unused };
  }

  async openGate(name: string): Promise<void> {
    await this.send('__gate', { name });
  }

  async reset(): Promise<void> {
    await this.send('__reset', {});
  }

  async stop(): Promise<void> {
    await this.send('__stop', {});
  }

  private async send(path: string, body?: unknown): Promise<unknown> {
    const post = { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${this.root}/${path}`, body === undefined ? {} : post);
    if (!response.ok) throw new Error(`The scripted model server answered ${response.status} to ${path}.`);
    return response.json();
  }
}
