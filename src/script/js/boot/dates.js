// A setter of Date that is given what is no number makes the date invalid; the engine leaves the date as it was.

const { apply } = Reflect;
const { isNaN } = Number;
const { setTime } = Date.prototype;
const SETTERS = ['setMilliseconds', 'setSeconds', 'setMinutes', 'setHours', 'setDate', 'setMonth', 'setFullYear'];

/** Replaces the setters. */
export function installDates() {
  for (const local of SETTERS) {
    for (const name of [local, local.replace('set', 'setUTC')]) {
      const native = Date.prototype[name];
      const { [name]: setter } = { [name](...values) {
        const time = apply(native, this, values);
        return isNaN(time) ? apply(setTime, this, [NaN]) : time;
      } };
      Object.defineProperty(setter, 'length', { value: native.length, configurable: true });
      Object.defineProperty(Date.prototype, name, { value: setter, writable: true, configurable: true, enumerable: false });
    }
  }
}
