// Receivers of webhooks: real HTTP servers on loopback, and an independent check of the signatures.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Message {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

/** A status to answer; `hang` never answers. */
export type Answer = number | 'hang';

/** A certificate and its key, as PEM. */
export interface Identity {
  cert: string;
  key: string;
}

export class Receiver {
  readonly messages: Message[] = [];
  answer: Answer = 204;
  private readonly server: Server;

  private constructor(private readonly tls?: Identity) {
    const listener: RequestListener = (request, response) => {
      void read(request).then((body) => {
        const { method = '', url = '', headers } = request;
        this.messages.push({ method, path: url, headers, body, at: Date.now() });
        if (this.answer !== 'hang') response.writeHead(this.answer).end();
      });
    };
    this.server = tls ? createTlsServer(tls, listener) : createServer(listener);
  }

  /** With an identity it speaks TLS. */
  static async start(tls?: Identity): Promise<Receiver> {
    const receiver = new Receiver(tls);
    await new Promise<void>((listening) => receiver.server.listen(0, '127.0.0.1', listening));
    return receiver;
  }

  url(path = '/hooks/secret-path'): string {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** Whether one of the message's signatures was made with this secret, by the Standard Webhooks rules. */
export function isSigned(message: Message, secret: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = message.headers;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${at}.${message.body}`).digest();
  const isRecent = Math.abs(message.at / 1000 - Number(at)) < 300;
  return (
    isRecent &&
    String(given)
      .split(' ')
      .some((one) => {
        const [version, signature] = one.split(',');
        const bytes = Buffer.from(signature ?? '', 'base64');
        return version === 'v1' && bytes.length === expected.length && timingSafeEqual(bytes, expected);
      })
  );
}
