// setTimeout and its family for one script. The clock is Rust's; numbers are counted over all kinds from 1.

import { host } from './host.js';

/** The timer functions of one script. They do nothing once the script is over. */
export class Timers {
  constructor(script) {
    let last = 0;
    const effects = new Map(); // the script's number → the effect's

    const begin = (callback, ms, repeats, immediate) => {
      if (typeof callback !== 'function' || script.over) return undefined;
      const number = ++last;
      const wait = Number(ms);
      const payload = { ms: immediate || !(wait > 0) ? 0 : Math.min(Math.trunc(wait), 0x7fffffff) };
      if (immediate) payload.immediate = true;
      const again = () => effects.set(number, script.start('timer', payload, fire));
      const fire = () => {
        if (repeats) again();
        else effects.delete(number);
        callback.call({});
      };
      again();
      return number;
    };
    const clear = (number) => {
      const effect = effects.get(Number(number));
      if (effect === undefined) return;
      effects.delete(Number(number));
      if (script.effects) script.effects.delete(effect);
      if (!script.over) host.cancel(effect);
    };

    this.setTimeout = function setTimeout(callback, ...more) { return begin(callback, more[0], false, false); };
    this.setInterval = function setInterval(callback, ...more) { return begin(callback, more[0], true, false); };
    this.setImmediate = function setImmediate(callback) { return begin(callback, 0, false, true); };
    this.clearTimeout = function clearTimeout(number) { clear(number); };
    this.clearInterval = function clearInterval(number) { clear(number); };
    this.clearImmediate = function clearImmediate(number) { clear(number); };
  }
}
