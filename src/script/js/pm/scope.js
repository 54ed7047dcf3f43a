// A variable scope of a script: the SDK's class, filled by the host on first touch, with a log of what the script changed.

import { host } from '../boot/host.js';
import { VariableScope } from '../sdk/index.js';

const { parse } = JSON;

const OPTIONS = {};

function optionsOf(label) {
  return (OPTIONS[label] ??= {
    source: () => parse(host.scope(label) || '[]'),
    meta: () => parse(host.scopeMeta(label) || '{}'),
    dynamic: (name) => host.dynamic(name) ?? undefined,
  });
}

/** A scope by the host's name for it. */
export function makeScope(label) {
  return new VariableScope(undefined, undefined, optionsOf(label));
}

/** A scope whose changes are carried out of the script; `layers` are read where it has no such variable. */
export function makeTrackedScope(label, layers) {
  const scope = makeScope(label);
  VariableScope.track(scope);
  for (const layer of layers || []) scope.addLayer(layer);
  return scope;
}

/** The steps that repeat the script's changes, or undefined. */
export function changesOf(scope) {
  const { compacted } = VariableScope.mutations(scope);
  const steps = Object.keys(compacted).map((key) => [compacted[key].length > 1 ? 'set' : 'unset', ...compacted[key]]);
  return steps.length ? steps : undefined;
}
