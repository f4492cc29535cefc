import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly type: string | undefined;
  readonly body: string;
  readonly atMs: number;
}

export interface WebhookReceiver {
  readonly received: readonly Received[];
  readonly url: string;
  readonly close: () => void;
}

/**
 * Starts a receiver of webhooks on the loopback. `answer` returns the status for a path, or undefined when the receiver never answers. A redirection leads to
 * `/elsewhere`.
 */
export async function webhookReceiver(answer: (path: string) => number | undefined = () => 200, port = 0): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      received.push({ path, type: headers['content-type'], body, atMs: Date.now() });
      const status = answer(path);
      if (status !== undefined) response.writeHead(status, { location: '/elsewhere' }).end('the words of the receiver');
    });
  });
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { received, close, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
