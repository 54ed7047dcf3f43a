// `pm.require`: packages from a folder that the user named.

import { host } from '../boot/host.js';
import { compile } from '../boot/compile.js';
import { valueOf } from '../legacy/index.js';

/** What a package exports; evaluated once a script. */
export function requirePackage(script, name) {
  const key = String(name);
  const packages = (script.own.packages ??= new Map());
  const known = packages.get(key);
  if (known) return known.exports;
  const source = host.package ? host.package(key.replace(':', '/')) : undefined;
  if (source === undefined || source === null) throw new Error(`Cannot find package '${key}'`);
  const module = { exports: {} };
  packages.set(key, module); // before it runs, so that packages may require each other
  let compiled;
  try {
    compiled = compile(source, 'package');
  } catch (error) {
    packages.delete(key);
    throw new Error(`Error while loading package '${key}': ${error.message}`);
  }
  // Packages from elsewhere (`npm:name`) do not see `pm`.
  const own = { module, exports: module.exports, pm: key.includes(':') ? undefined : script.pm };
  try {
    compiled.fn.apply(undefined, compiled.names.map((each) => (each in own ? own[each] : valueOf(each, script))));
  } catch (error) {
    packages.delete(key);
    throw new Error(`Error in package '${key}': ${error && error.message !== undefined ? error.message : error}`);
  }
  return module.exports;
}
