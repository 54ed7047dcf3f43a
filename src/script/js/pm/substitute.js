// `replaceIn`: `{{name}}` in texts, and in the texts of arrays and objects, by the values of a scope.

import { host } from '../boot/host.js';

const TOKEN = /\{\{([^{}]+)\}\}/g;
// The SDK stops after this many passes, so a variable that names itself grows to a fixed length.
const PASSES = 19;

/** The template with every known name replaced; `find` gives an entry, `read` its value. */
export function replaceIn(template, find, read) {
  if (typeof template === 'string') return replaceText(template, find, read);
  if (Array.isArray(template)) return template.map((item) => replaceIn(item, find, read));
  if (template !== null && typeof template === 'object') {
    const out = {};
    for (const key of Object.keys(template)) out[key] = replaceIn(template[key], find, read);
    return out;
  }
  return template;
}

function replaceText(text, find, read) {
  if (!text.includes('{{')) return text;
  for (let pass = 0; pass < PASSES; pass++) {
    let changed = false;
    text = text.replace(TOKEN, (token, name) => {
      const entry = find(name);
      const value = entry === undefined ? dynamic(name) : read(entry);
      if (value === undefined) return token;
      changed = true;
      return String(value);
    });
    if (!changed) break;
  }
  return text;
}

function dynamic(name) {
  return name.charCodeAt(0) === 36 /* $ */ ? host.dynamic(name) ?? undefined : undefined;
}
