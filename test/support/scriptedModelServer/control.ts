// How tests in other processes steer the server. All bodies are JSON:
//   POST /__script { rules?, rejects?, reset? }   GET /__requests   POST /__gate { name }   GET /__unused   POST /__reset   POST /__stop
import type { ServerResponse } from 'node:http';
import type { Rejected, ServerReply, ServerRule } from './script';
import { sendJson, type ScriptedModelServer } from './scriptedModelServer';

interface Control {
  path: string;
  text: string;
  response: ServerResponse;
}

/** Answers a request for a path that begins with `/__`. */
export function handleControl(server: ScriptedModelServer, { path, text, response }: Control): void {
  const body = (text === '' ? {} : JSON.parse(text)) as {
    rules?: (ServerRule | ServerReply)[];
    rejects?: Rejected[];
    reset?: boolean;
    name?: string;
  };
  switch (path) {
    case '/__script':
      if (body.reset === true) server.reset();
      server.script(...(body.rules ?? []));
      server.reject(...(body.rejects ?? []));
      {
        sendJson(response, 200, { ok: true });
        return;
      }
    case '/__requests': {
      sendJson(response, 200, { requests: server.requests, unexpected: server.unexpected });
      return;
    }
    case '/__gate':
      server.gate(body.name ?? '').open();
      {
        sendJson(response, 200, { ok: true });
        return;
      }
    case '/__unused': {
      sendJson(response, 200, { unused: server.unused() });
      return;
    }
    case '/__reset':
      server.reset();
      {
        sendJson(response, 200, { ok: true });
        return;
      }
    case '/__stop':
      sendJson(response, 200, { ok: true });
      response.on('finish', () => void server.close());
      return;
    default:
      sendJson(response, 404, { error: `No such control: ${path}` });
  }
}
