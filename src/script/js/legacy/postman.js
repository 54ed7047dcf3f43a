// `postman.*`, the interface before `pm`.

import { current } from '../boot/current.js';
import { setNextRequest } from '../pm/execution.js';
import { variables } from './values.js';

const scripts = new WeakMap();
const stored = (value) => (value ? value.toString() : value);

// A script that can reach `environment` or `globals` has their copy from its start.
function changeCopy(script, scope, change) {
  if (script.job.source.includes(scope) || script.legacyCopies?.[scope] || script.job.source.includes('eval')) {
    change(variables(script, scope));
  }
}

class PostmanLegacyInterface {}
class PostmanLegacyTestInterface extends PostmanLegacyInterface {}
for (const type of [PostmanLegacyInterface, PostmanLegacyTestInterface]) {
  Object.defineProperty(type, 'name', { value: type === PostmanLegacyInterface ? 'PostmanLegacyInterface' : 'PostmanLegacyTestInterface' });
}

// Every member says once what replaces it. `act(script, …)` does the work; a detached method works for the running script.
function add(type, name, alternative, act) {
  const { [name]: method } = { [name](...args) {
    const script = scripts.get(this) ?? current();
    script.deprecated(`postman.${name}`, alternative);
    return act(script, ...args);
  } };
  Object.defineProperty(method, 'length', { value: act.length - 1, configurable: true });
  Object.defineProperty(type.prototype, name, { value: method, writable: true, configurable: true, enumerable: true });
}

for (const [kind, scope] of [['Environment', 'environment'], ['Global', 'globals']]) {
  add(PostmanLegacyInterface, `set${kind}Variable`, `pm.${scope}.set()`, (script, key, value) => {
    script.pm[scope].set(key, stored(value));
    changeCopy(script, scope, (copy) => { copy[key] = stored(value); });
  });
  add(PostmanLegacyInterface, `get${kind}Variable`, `pm.${scope}.get()`, (script, key) => script.pm[scope].get(key));
  add(PostmanLegacyInterface, `clear${kind}Variables`, `pm.${scope}.clear()`, (script) => {
    script.pm[scope].clear();
    changeCopy(script, scope, (copy) => { for (const key of Object.keys(copy)) delete copy[key]; });
  });
  add(PostmanLegacyInterface, `clear${kind}Variable`, `pm.${scope}.unset()`, (script, key) => {
    script.pm[scope].unset(key);
    changeCopy(script, scope, (copy) => { delete copy[key]; });
  });
}
add(PostmanLegacyInterface, 'setNextRequest', 'pm.execution.setNextRequest()', (script, target) => setNextRequest(script, target));
add(PostmanLegacyTestInterface, 'getResponseCookie', 'pm.cookies.get()', (script, name) => script.pm.cookies.one(name));
add(PostmanLegacyTestInterface, 'getResponseHeader', 'pm.response.headers.get()', (script, name) => script.pm.response.headers.get(name));

/** `postman` of one script. */
export function postmanOf(script) {
  const made = script.phase === 'test' ? new PostmanLegacyTestInterface() : new PostmanLegacyInterface();
  scripts.set(made, script);
  // Seen in newman, whose interface holds what it works on.
  for (const [name, read] of [['__execution', () => script.pm.execution], ['__environment', () => variables(script, 'environment')],
    ['__globals', () => variables(script, 'globals')]]) {
    Object.defineProperty(made, name, { get: read, enumerable: true, configurable: true });
  }
  return made;
}
