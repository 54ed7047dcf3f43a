// `node run.mjs [--readable] [FILE …]` bundles the sandbox, runs the cases in QuickJS-ng (WebAssembly) and prints what differs.
// The same case files are run by postbud's own tests inside of the real binary.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import variant from '@jitl/quickjs-ng-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core';

const here = dirname(fileURLToPath(import.meta.url));
const libs = join(here, '../../src/script/libs');
const bundles = process.env.POSTBUD_BUNDLES ?? join(tmpdir(), 'postbud-sandbox-bundles');
const files = process.argv.slice(2).filter((arg) => !arg.startsWith('--')).map((file) => resolve(file));

if (!process.env.POSTBUD_BUNDLES) execFileSync(process.execPath, [join(libs, 'bundle.mjs'), bundles], { stdio: 'inherit' });
if (files.length === 0) {
  for (const name of readdirSync(join(here, 'cases')).sort()) if (name.endsWith('.json')) files.push(join(here, 'cases', name));
}

const quickjs = await newQuickJSWASMModuleFromVariant(variant);

/** Runs the cases of one file in an engine of their own. */
function runFile(file) {
  const cases = JSON.parse(readFileSync(file, 'utf8')).filter((test) => !test.native);
  const runtime = quickjs.newRuntime();
  runtime.setMaxStackSize(1024 * 1024);
  const vm = runtime.newContext();
  const value = (result) => {
    if (result.error) throw new Error(JSON.stringify(vm.dump(result.error)));
    return result.value;
  };
  const native = (name, fn) => vm.newFunction(name, fn).consume((handle) => vm.setProp(vm.global, name, handle));
  native('nativeLibrary', (name) => {
    const path = join(bundles, `${vm.getString(name)}.js`);
    if (!existsSync(path)) return vm.undefined;
    const found = value(vm.evalCode(readFileSync(path, 'utf8'), vm.getString(name), { type: 'module' }));
    return vm.getProp(found, 'default');
  });
  native('nativeCompile', (text, name) => vm.evalCode(vm.getString(text), vm.getString(name)));
  native('nativeNow', () => vm.newNumber(performance.now()));
  native('print', (text) => console.log(vm.getString(text)));
  vm.setProp(vm.global, 'CASES', vm.newString(JSON.stringify(cases)));
  value(vm.evalCode(`${readFileSync(join(here, 'host.js'), 'utf8')}
    var step, problems;
    (() => {
      const native = { library: nativeLibrary, compile: nativeCompile, now: nativeNow };
      const cases = JSON.parse(CASES);
      const run = drive(cases, nativeLibrary('boot'), native);
      for (const name of ['nativeLibrary', 'nativeCompile', 'nativeNow', 'CASES']) delete globalThis[name];
      step = () => { const { done, value } = run.next(); if (done) problems = JSON.stringify(value); return !done; };
    })();`, 'host.js'));
  for (;;) {
    const more = vm.dump(value(vm.evalCode('step()')));
    const jobs = runtime.executePendingJobs();
    if (jobs.error) throw new Error(JSON.stringify(vm.dump(jobs.error)));
    if (!more) break;
  }
  const problems = JSON.parse(vm.dump(value(vm.evalCode('problems'))));
  return { count: cases.length, problems };
}

let failed = 0;
for (const file of files) {
  const { count, problems } = runFile(file);
  failed += problems.length;
  console.log(`${problems.length ? 'FAIL' : 'ok  '} ${file.split('/').pop()}: ${count} cases, ${problems.length} differences`);
  for (const problem of problems) console.log(`  ${problem}`);
}
process.exitCode = failed ? 1 : 0;
