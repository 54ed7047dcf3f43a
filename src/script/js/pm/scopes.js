// The five variable scopes of a script, each made when it is first touched.

import { VariableScope } from '../sdk/index.js';
import { changesOf, makeScope, makeTrackedScope } from './scope.js';

const { parse, stringify } = JSON;
const CARRIED = ['environment', 'globals', 'collectionVariables'];

/** Makes scopes on first use and collects what a script changed in them. */
export class Scopes {
  #made = Object.create(null);

  #scope(name) {
    return (this.#made[name] ??= makeTrackedScope(name));
  }

  get environment() { return this.#scope('environment'); }

  get globals() { return this.#scope('globals'); }

  get collectionVariables() { return this.#scope('collectionVariables'); }

  get iterationData() { return (this.#made.iterationData ??= makeScope('iterationData')); }

  /** Reads through all layers, writes to its own. */
  get variables() {
    return (this.#made.variables ??= makeTrackedScope('variables',
      [this.iterationData, this.environment, this.collectionVariables, this.globals]));
  }

  /** The changes as data, which are then no longer this script's to carry. */
  handOver() {
    const text = this.changes();
    this.#each((scope) => { if (scope.mutations) VariableScope.track(scope); });
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
      const steps = this.#made[name] && changesOf(this.#made[name]);
      if (steps) { out[name] = steps; any = true; }
    }
    const local = this.#made.variables;
    if (local && (changesOf(local) || VariableScope.isListed(local))) {
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
