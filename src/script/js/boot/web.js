// The library of the web's names, which loads the one of streams when it needs it.

import { host } from './host.js';
import { library } from './library.js';

/** What the library has. */
export function web() {
  return library('web').default(host, () => library('streams'));
}
