import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const folders = ['api', 'bots', 'worker', 'widget', 'migrations', 'dev', 'tests'];
const imports = folders.flatMap((folder) => sources(join(root, folder)).flatMap(importsOf));
const product = imports.filter(({ from }) => !/(\.test|-fixture)\.ts$/.test(from) && !from.startsWith('tests/'));

describe('the import rules of docs/decisions/0002-import-rules.md', () => {
  it('reads the sources at all', () => {
    expect(product.length).toBeGreaterThan(50);
  });

  it('contracts import zod and other contracts only', () => {
    expect(
      breaches(
        /^api\/[^/]+\/contract\.ts$/,
        (to) => to === 'zod' || /^api\/[^/]+\/contract\.ts$|^api\/platform\/http\/pages\.ts$/.test(to),
      ),
    ).toEqual([]);
  });

  it("routes import their own folder, the platform and other capabilities' verbs and finds, never their routes or models", () => {
    const bad = product.filter(
      ({ from, to }) =>
        /^api\/[^/]+\/routes\.ts$/.test(from) &&
        to.startsWith('api/') &&
        isForeign(from, to) &&
        /\/(routes|contract|present-[\w-]+)\.ts$/.test(to),
    );
    expect(bad).toEqual([]);
  });

  it('verbs and finds know nothing of HTTP', () => {
    const bad = product.filter(
      ({ from, to }) =>
        /^api\/(?!platform\/|client\/)[^/]+\/(?!routes|contract|present-)[\w-]+\.ts$/.test(from) &&
        (['koa', '@koa/router'].includes(to) ||
          /\/(routes|contract)\.ts$|\/present-[\w-]+\.ts$/.test(to) ||
          to.startsWith('api/platform/http/serve')),
    );
    expect(bad).toEqual([]);
  });

  it('the platform knows no capability', () => {
    expect(breaches(/^api\/platform\//, (to) => !to.startsWith('api/') || to.startsWith('api/platform/'))).toEqual([]);
  });

  it('the client is browser-safe: contract types only', () => {
    const bad = product.filter(
      ({ from, to, typeOnly }) =>
        from.startsWith('api/client/') &&
        !to.startsWith('api/client/') &&
        !(typeOnly && (to === 'zod' || to.endsWith('/contract.ts'))),
    );
    expect(bad).toEqual([]);
  });

  it('the sandbox is sealed: itself, the engine, and Node', () => {
    const allowed = (to: string) =>
      to.startsWith('worker/sandbox/') ||
      to.startsWith('node:') ||
      /^(quickjs-emscripten|@jitl\/|quickjs-wasi|esbuild)/.test(to);
    expect(breaches(/^worker\/sandbox\//, allowed)).toEqual([]);
  });

  it('jobs use no routes, no koa, no bots', () => {
    expect(
      breaches(
        /^worker\//,
        (to) => !to.endsWith('/routes.ts') && !to.startsWith('bots/') && !['koa', '@koa/router'].includes(to),
      ),
    ).toEqual([]);
  });

  it('bots talk to the API through its client, and Slack and Discord do not know each other', () => {
    const allowed = (to: string) =>
      to.startsWith('bots/') ||
      to.startsWith('api/client/') ||
      isPackage(to) ||
      /^api\/platform\/(config|logger|when-stopped)\.ts$/.test(to);
    expect(breaches(/^bots\//, (to) => allowed(to) && !['knex', 'pg', 'objection'].includes(to))).toEqual([]);
    expect(breaches(/^bots\/slack\//, (to) => !to.startsWith('bots/discord/') && to !== 'discord.js')).toEqual([]);
    expect(breaches(/^bots\/discord\//, (to) => !to.startsWith('bots/slack/') && !to.startsWith('@slack/'))).toEqual(
      [],
    );
    expect(breaches(/^bots\/(commands|views)\//, (to) => to !== 'discord.js' && !to.startsWith('@slack/'))).toEqual([]);
  });

  it('the widget imports the client and lit', () => {
    expect(
      breaches(
        /^widget\//,
        (to) =>
          to.startsWith('widget/') ||
          to.startsWith('api/client/') ||
          /^(lit|lit\/.*|vite)$/.test(to) ||
          to.startsWith('node:'),
      ),
    ).toEqual([]);
  });

  it('migrations import nothing of ours', () => {
    expect(breaches(/^migrations\//, isPackage)).toEqual([]);
  });

  it('nothing but dev and tests imports dev, and nobody imports a main', () => {
    expect(product.filter(({ from, to }) => to.startsWith('dev/') && !from.startsWith('dev/'))).toEqual([]);
    expect(imports.filter(({ to }) => to.endsWith('/main.ts'))).toEqual([]);
  });

  it('only config.ts reads the environment', () => {
    const readers = ['api', 'bots', 'worker', 'widget']
      .flatMap((folder) => sources(join(root, folder)))
      .filter((file) => !file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes('process.env'))
      .map((file) => relative(root, file));
    expect(readers).toEqual(['api/platform/config.ts']);
  });

  it('has no cycles', () => {
    expect(findCycle()).toBeNull();
  });
});

type Import = { from: string; to: string; typeOnly: boolean };

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/(^|\/)(node_modules|dist)\//.test(name))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const from = relative(root, file);
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\w*{][^'";]*?\sfrom\s+)?'([^']+)'/gm)];
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map((match) => [match[0], undefined, match[1]] as const);
  return [...statements, ...dynamic].map((match) => {
    const name = match[2] ?? '';
    const to = name.startsWith('.') ? relative(root, resolve(dirname(file), name)) : name;
    return { from, to, typeOnly: match[1] !== undefined };
  });
}

function breaches(from: RegExp, allowed: (to: string) => boolean): string[] {
  return product.filter((edge) => from.test(edge.from) && !allowed(edge.to)).map((edge) => `${edge.from} → ${edge.to}`);
}

function isForeign(from: string, to: string): boolean {
  const capability = from.split('/')[1];
  return !to.startsWith(`api/${capability}/`) && !to.startsWith('api/platform/');
}

function isPackage(to: string): boolean {
  return !folders.some((folder) => to.startsWith(`${folder}/`));
}

function findCycle(): string[] | null {
  const edges = Map.groupBy(
    product.filter(({ typeOnly }) => !typeOnly),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    done.add(file);
    for (const { to } of edges.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle) return cycle;
    }
    return null;
  };
  for (const file of edges.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return null;
}
