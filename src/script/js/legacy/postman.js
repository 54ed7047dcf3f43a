// `postman.*`, the interface before `pm`.

import { setNextRequest } from '../pm/execution.js';
import { variables } from './values.js';

/** `postman` of one script; every member says once what replaces it. */
export function postmanOf(script) {
  const { pm } = script;
  const warns = (name, alternative, fn) => (...args) => {
    script.deprecated(`postman.${name}`, alternative);
    return fn(...args);
  };
  const made = {};
  const add = (name, alternative, fn) => { made[name] = warns(name, alternative, fn); };
  const stored = (value) => (value ? value.toString() : value);
  // A script that can reach `environment` or `globals` has their copy from its start.
  const legacy = (scope, change) => {
    if (script.job.source.includes(scope) || script.legacyCopies?.[scope] || script.job.source.includes('eval')) {
      change(variables(script, scope));
    }
  };

  for (const [kind, scope] of [['Environment', 'environment'], ['Global', 'globals']]) {
    add(`set${kind}Variable`, `pm.${scope}.set()`, (key, value) => {
      pm[scope].set(key, stored(value));
      legacy(scope, (copy) => { copy[key] = stored(value); });
    });
    add(`get${kind}Variable`, `pm.${scope}.get()`, (key) => pm[scope].get(key));
    add(`clear${kind}Variable`, `pm.${scope}.unset()`, (key) => {
      pm[scope].unset(key);
      legacy(scope, (copy) => { delete copy[key]; });
    });
    add(`clear${kind}Variables`, `pm.${scope}.clear()`, () => {
      pm[scope].clear();
      legacy(scope, (copy) => { for (const key of Object.keys(copy)) delete copy[key]; });
    });
  }
  add('setNextRequest', 'pm.execution.setNextRequest()', (target) => setNextRequest(script, target));
  if (script.phase === 'test') {
    add('getResponseHeader', 'pm.response.headers.get()', (name) => pm.response.headers.get(name));
    add('getResponseCookie', 'pm.cookies.get()', (name) => pm.cookies.one(name));
  }
  return made;
}
