// A look into the database of a server that is stopped, to prepare what would take a day.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Server } from './server';

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const python = `import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    db.executescript(sys.argv[2])`;
const tool = ['sqlite3', 'python3'].find(isThere);

/** Why tests that prepare a database are skipped; nothing when they are not. */
export const noDatabaseTool = tool ? undefined : 'needs sqlite3 or python3 to prepare a database';

/** Changes the database of a server that is stopped. */
export function change(server: Server, sql: string): void {
  const file = join(server.folder, 'rollcall.db');
  const before = tool === 'python3' ? ['-c', python] : ['-bail'];
  execFileSync(tool ?? 'sqlite3', [...before, file, sql]);
}
