// The script that runs now (or ran last): run-wide objects such as `console` ask it.

let script = null;

/** The running script. */
export function current() {
  return script;
}

/** Makes a script the running one. */
export function setCurrent(next) {
  script = next;
}
