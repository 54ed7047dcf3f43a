// `node bundle.mjs OUTDIR` writes one ES module for each row of table.json. The default export of `boot` is the sandbox's
// entry; that of a library is a function `(env) => library`, where `env` has the names in ENV and `require` for SHARED.
// OUTDIR/packages.json lists the packages that went in: `[{name, version, license}]`.

import { build } from 'esbuild';
import vm from 'node:vm';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const ENV = ['Buffer', 'process', 'global', 'console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'];
// Libraries that others use: those get the very same object, so that `instanceof Buffer` holds between them.
const SHARED = ['assert', 'buffer', 'events', 'path', 'punycode', 'querystring', 'stream', 'string_decoder', 'timers', 'url',
  'util', 'lodash'];
// Node modules that libraries name but do not need in a sandbox.
const EMPTY = ['fs', 'os', 'crypto', 'http', 'https', 'net', 'tls', 'zlib'];

// Packages that state their licence in their source only.
const LICENSES = { sugar: 'MIT' };

/** The names that Sugar adds to the built-ins: `{Array: [own, shared], …}`. */
async function sugarNames() {
  const realm = vm.createContext({});
  const list = () => JSON.parse(vm.runInContext(`JSON.stringify(['Object', 'Array', 'String', 'Number', 'Date', 'Function', 'RegExp']
    .map((type) => [type, Object.getOwnPropertyNames(globalThis[type]), Object.getOwnPropertyNames(globalThis[type].prototype)]))`, realm));
  const before = list();
  vm.runInContext(await readFile(join(here, 'node_modules/sugar/release/sugar-full.development.js'), 'utf8'), realm);
  return Object.fromEntries(list().map(([type, own, shared], i) => [type, [
    own.filter((name) => !before[i][1].includes(name)), shared.filter((name) => !before[i][2].includes(name))]]));
}

const replaceModules = (row) => ({
  name: 'replace-modules',
  setup(building) {
    const own = (file) => ({ path: join(here, 'entries', file) });
    building.onResolve({ filter: /^[a-z_]+$/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path === row.entry) return undefined;
      if (SHARED.includes(path)) return { path, namespace: 'shared' };
      return EMPTY.includes(path) ? { path, namespace: 'empty' } : undefined;
    });
    building.onResolve({ filter: /proxify$/ }, ({ importer }) => (/[\\/]chai[\\/]lib/.test(importer) ? own('chai-proxify.cjs') : undefined));
    building.onResolve({ filter: /dynamic-variables$/ }, () => own('dynamic-variables.cjs'));
    // Sugar is a script, not a module: one of its functions looks for the global object in `this`.
    building.onLoad({ filter: /[\\/]sugar[\\/].*\.js$/ }, async ({ path }) => (
      { contents: (await readFile(path, 'utf8')).replace(/\bthis\.(atob|btoa)\b/g, '__env.global.$1') }));
    building.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => (
      { contents: `module.exports = __env.require(${JSON.stringify(path)})`, resolveDir: here }));
    building.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {}' }));
  },
});

async function bundle(row, outdir) {
  const boot = row.name === 'boot';
  const contents = boot ? `export { default } from ${JSON.stringify(row.entry)}` : `
    import { provide } from './entries/env.js';
    export default (env) => { provide(env); return require(${JSON.stringify(row.entry)}); };`;
  const { metafile } = await build({
    stdin: { contents, resolveDir: here, sourcefile: `${row.name}.js` },
    outfile: join(outdir, `${row.name}.js`),
    bundle: true,
    minify: process.env.POSTBUD_BUNDLE_READABLE !== '1',
    keepNames: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: here,
    // `process.browser` and friends are read from the sandbox's own objects.
    define: boot ? { __SUGAR_NAMES__: JSON.stringify(await sugarNames()) } : Object.fromEntries(ENV.map((name) => [name, `__env.${name}`])),
    inject: boot ? [] : [join(here, 'entries', 'env.js')],
    plugins: boot ? [] : [replaceModules(row)],
  });
  return Object.keys(metafile.inputs);
}

const outdir = process.argv[2];
if (!outdir) {
  console.error('usage: node bundle.mjs OUTDIR');
  process.exit(2);
}
await mkdir(outdir, { recursive: true });
const table = JSON.parse(await readFile(join(here, 'table.json'), 'utf8'));
const inputs = (await Promise.all(table.map((row) => bundle(row, outdir)))).flat();

// Every package that is in a bundle, for the list of licences that the binary prints.
const folders = new Set(inputs.map((file) => /^(?:\(disabled\):)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean));
const packages = await Promise.all([...folders].map(async (folder) => {
  const { name, version, license, licenses } = JSON.parse(await readFile(join(here, folder, 'package.json'), 'utf8'));
  return { name, version, license: [license ?? licenses ?? LICENSES[name]].flat().map((one) => one?.type ?? one).join(' OR ') };
}));
packages.sort((a, b) => a.name.localeCompare(b.name));
await writeFile(join(outdir, 'packages.json'), JSON.stringify(packages, null, 1));
