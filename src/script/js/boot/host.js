// The functions that the Rust half gives. Set once by boot; no script can reach this module.

export let host;

/** Keeps the host's functions for all other modules. */
export function setHost(given) {
  host = given;
}
