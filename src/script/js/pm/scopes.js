// The five variable scopes of a script, each made when it is first touched.

import { VariableScope } from './scope.js';
import { replaceIn } from './substitute.js';

const { parse, stringify } = JSON;
const CARRIED = ['environment', 'globals', 'collectionVariables'];
const { find, value } = VariableScope;

/** `pm.variables`: reads through all layers, writes to its own. */
class LocalScope extends VariableScope {
  #scopes;

  constructor(scopes) {
    super('variables');
    this.#scopes = scopes;
  }

  #lookup(key) {
    const scopes = this.#scopes;
    return find(this, key) ?? find(scopes.iterationData, key) ?? find(scopes.environment, key)
      ?? find(scopes.collectionVariables, key) ?? find(scopes.globals, key);
  }

  get(key) {
    const entry = this.#lookup(String(key));
    return entry === undefined ? undefined : value(entry);
  }

  has(key) {
    return this.#lookup(String(key)) !== undefined;
  }

  replaceIn(template) {
    return replaceIn(template, (name) => this.#lookup(name), value);
  }

  toObject(excludeDisabled, caseSensitive) {
    const scopes = this.#scopes;
    return Object.assign({}, ...[scopes.globals, scopes.collectionVariables, scopes.environment, scopes.iterationData]
      .map((scope) => scope.toObject(excludeDisabled, caseSensitive)), super.toObject(excludeDisabled, caseSensitive));
  }
}

/** Makes scopes on first use and collects what a script changed in them. */
export class Scopes {
  #made = Object.create(null);

  #scope(name) {
    return (this.#made[name] ??= new VariableScope(name));
  }

  get environment() { return this.#scope('environment'); }

  get globals() { return this.#scope('globals'); }

  get collectionVariables() { return this.#scope('collectionVariables'); }

  get iterationData() { return this.#scope('iterationData'); }

  get variables() { return (this.#made.variables ??= new LocalScope(this)); }

  /** The changes as data, which are then no longer this script's to carry. */
  handOver() {
    const text = this.changes();
    this.#each(VariableScope.settle);
    return text === undefined ? null : parse(text);
  }

  /** Reads all scopes anew: others have changed them. */
  reload() {
    this.#each(VariableScope.forget);
  }

  #each(visit) {
    for (const name of Object.keys(this.#made)) visit(this.#made[name]);
  }

  /** JSON text of the changes, or undefined where there are none. */
  changes() {
    const out = {};
    let any = false;
    for (const name of CARRIED) {
      const steps = this.#made[name] && VariableScope.changes(this.#made[name]);
      if (steps && steps.length) { out[name] = steps; any = true; }
    }
    const local = this.#made.variables;
    if (local && VariableScope.changes(local)) {
      out.variables = { replace: VariableScope.entries(local) };
      any = true;
    }
    return any ? encode(out) : undefined;
  }
}

// Values cross as JSON; what refers to itself is cut where it does.
function encode(value) {
  try {
    return stringify(value);
  } catch (error) {
    if (!/circular/i.test(error.message)) throw error;
    const path = [];
    return stringify(value, function cut(key, found) {
      if (found === null || typeof found !== 'object') return found;
      while (path.length && path[path.length - 1] !== this) path.pop();
      if (path.includes(found)) return null;
      path.push(found);
      return found;
    });
  }
}
