// `xml2Json`: XML as plain objects. Never throws.

import { library } from '../boot/library.js';
import { current } from '../boot/current.js';

/** The object of an XML text; `undefined` where it is broken. */
export function xml2Json(text) {
  current().deprecated('xml2Json', "require('xml2js')");
  let found;
  const options = { explicitArray: false, async: false, trim: true, mergeAttrs: false };
  try {
    library('xml2js').parseString(text, options, (error, result) => {
      if (!error) found = result;
    });
  } catch { /* as for broken text */ }
  return found;
}
