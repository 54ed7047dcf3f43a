// `console`: the five methods that newman's scripts have.

import { host } from './host.js';
import { current } from './current.js';
import { inspect } from './inspect.js';

const { stringify } = JSON;
const LEVELS = ['log', 'warn', 'debug', 'info', 'error', 'clear'];
let made = null;

class PostmanConsole {}
Object.defineProperty(PostmanConsole, 'name', { value: 'PostmanConsole' });

/** The console of the run. */
export function consoleOf() {
  if (made === null) {
    made = new PostmanConsole();
    for (const level of LEVELS) {
      made[level] = (...args) => {
        const script = current();
        if (script.muted) return;
        const options = { breakLength: script.job.columns, colors: script.job.colors };
        const text = args.map((arg) => inspect(arg, options)).join(', ');
        host.emit('console', stringify({ level, text }));
      };
    }
  }
  return made;
}
