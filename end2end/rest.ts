// The REST API as these tests use it.
import { expect, type APIRequestContext } from '@playwright/test';

export type Status = 'up' | 'down' | 'unknown';

export interface Subnet {
  id: number;
  cidr: string;
  used: number;
  alive: number;
  version: number;
  swept_at: string | null;
}

export interface Host {
  id: number;
  ip: string;
  subnet_id: number;
  hostname: string | null;
  description: string | null;
  tags: string[];
  notes: string | null;
  status: Status;
  suspect: boolean;
  version: number;
}

export interface ChangeEvent {
  id: number;
  kind: string;
  ip: string;
  at: string;
}

export interface Gap {
  kind: 'gap';
  first: string;
  last: string;
  count: number;
}

export type Row = Gap | { kind: 'host'; ip: string; status: Status };

interface Page<T> {
  items: T[];
  total: number;
}

/** A signed-in caller. */
export class Rest {
  constructor(
    private readonly request: APIRequestContext,
    private readonly base: string,
  ) {}

  async get<T>(path: string): Promise<T> {
    const answer = await this.request.get(this.base + path);
    expect(answer.status(), `GET ${path}: ${await answer.text()}`).toBe(200);
    return (await answer.json()) as T;
  }

  private async send<T>(method: 'POST' | 'PATCH', path: string, data: unknown): Promise<T> {
    const answer = await this.request.fetch(this.base + path, { method, data });
    expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
    return (await answer.json()) as T;
  }

  async remove(path: string): Promise<void> {
    const answer = await this.request.delete(this.base + path);
    expect(answer.status(), `DELETE ${path}: ${await answer.text()}`).toBe(204);
  }

  addSubnet(subnet: { cidr: string; name?: string; [more: string]: unknown }): Promise<Subnet> {
    return this.send('POST', '/api/v1/subnets', subnet);
  }

  addHost(host: { ip: string; [more: string]: unknown }): Promise<Host> {
    return this.send('POST', '/api/v1/hosts', host);
  }

  changeHost(id: number, patch: object): Promise<Host> {
    return this.send('PATCH', `/api/v1/hosts/${id}`, patch);
  }

  subnet(id: number): Promise<Subnet> {
    return this.get(`/api/v1/subnets/${id}`);
  }

  host(id: number): Promise<Host> {
    return this.get(`/api/v1/hosts/${id}`);
  }

  async hosts(query = ''): Promise<Host[]> {
    return (await this.get<Page<Host>>(`/api/v1/hosts?limit=1000&${query}`)).items;
  }

  async rows(subnet: number): Promise<Row[]> {
    return (await this.get<Page<Row>>(`/api/v1/subnets/${subnet}/rows?limit=1000`)).items;
  }

  async events(query = ''): Promise<ChangeEvent[]> {
    return (await this.get<Page<ChangeEvent>>(`/api/v1/events?limit=1000&${query}`)).items;
  }

  /** How many events there are of a kind. */
  async count(kind: string): Promise<number> {
    return (await this.get<Page<ChangeEvent>>(`/api/v1/events?limit=1&kind=${kind}`)).total;
  }

  /** Adds a webhook; returns its signing secret. */
  async addWebhook(webhook: { name: string; url: string; [more: string]: unknown }): Promise<string> {
    return (await this.send<{ secret: string }>('POST', '/api/v1/webhooks', webhook)).secret;
  }

  changeWebhook(id: number, patch: object): Promise<unknown> {
    return this.send('PATCH', `/api/v1/webhooks/${id}`, patch);
  }

  /** Waits until this many hosts of a subnet answer. */
  async alive(subnet: number, count: number): Promise<void> {
    await expect
      .poll(async () => (await this.subnet(subnet)).alive, { message: 'hosts alive', timeout: 30_000 })
      .toBe(count);
  }
}
