// What a bundled library finds around it: names of Node and the browser, given by the sandbox when it loads the library.

export let __env;

/** Called by the bundle's own export before the library runs. */
export function provide(env) {
  __env = env;
}
