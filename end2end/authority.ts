// A certificate authority of the test's own, which nobody trusts who is not told to.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from './receiver';

function isThere(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Why tests with certificates are skipped; nothing when they are not. */
export const noAuthority = isThere() ? undefined : 'needs openssl to make certificates';

export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), 'rollcall-e2e-ca-'));
  /** Its own certificate. */
  readonly file = join(this.folder, 'ca.pem');

  constructor() {
    this.openssl('req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2', [
      '-subj',
      '/CN=A test of Rollcall',
    ]);
  }

  /** A certificate for these names, such as `IP:127.0.0.1`. */
  issue(names: string): Identity {
    writeFileSync(join(this.folder, 'names'), `subjectAltName=${names}\n`);
    this.openssl('req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr', [
      '-subj',
      '/CN=receiver',
    ]);
    this.openssl('x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out leaf.pem -extfile names');
    const read = (name: string) => readFileSync(join(this.folder, name), 'utf8');
    return { cert: read('leaf.pem'), key: read('leaf.key') };
  }

  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private openssl(words: string, more: string[] = []): void {
    execFileSync('openssl', [...words.split(' '), ...more], { cwd: this.folder, stdio: 'ignore' });
  }
}
