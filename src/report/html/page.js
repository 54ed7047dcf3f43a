"use strict";
(() => {
  const items = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const PAGE = 200; // rows drawn at once
  const PRINTED = 60; // failed requests opened for print
  const COLOURED = 40000; // characters of a body that is coloured
  let filter = items.some((item) => item.failed) ? "failed" : "all";
  let shown = PAGE;
  let expanded = false;

  /** An element with text or children; text never becomes markup. */
  function el(name, attributes, ...children) {
    const node = name === "svg" || name === "rect" ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "onclick") node.addEventListener("click", value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
    }
    for (const child of children) if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  const size = (bytes) => (bytes < 1000 ? bytes + " B" : bytes < 1e6 ? (bytes / 1e3).toFixed(1) + " kB" : (bytes / 1e6).toFixed(1) + " MB");
  const time = (ms) => (ms < 10 ? Math.round(ms * 10) / 10 + " ms" : ms < 1000 ? Math.round(ms) + " ms" : (ms / 1000).toFixed(2) + " s");
  const main = (item) => item.exchanges.findLast((x) => x.origin === "item") || item.exchanges.at(-1);
  const replaced = (item) => item.exchanges.some((x) => x.substituted.length);
  const broken = (item) => item.cases.filter((c) => c.verdict === "failed" || c.verdict === "error").length;

  const texts = new Map();
  /** Everything of an item that can be searched for, in lower case. */
  function text(item) {
    let known = texts.get(item);
    if (known === undefined) {
      known = JSON.stringify([item.folder, item.name, item.cases, item.exchanges, item.console, item.notes]).toLowerCase();
      texts.set(item, known);
    }
    return known;
  }

  const FILTERS = {
    all: () => true,
    failed: (item) => item.failed,
    passed: (item) => !item.failed && !item.skipped,
    skipped: (item) => item.skipped,
    substituted: replaced,
  };

  function selected() {
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const iteration = $("iteration").value;
    return items.filter((item) => FILTERS[filter](item) && (!iteration || String(item.iteration) === iteration) && words.every((word) => text(item).includes(word)));
  }

  // Bodies.

  const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;

  /** A block of text; JSON is indented and coloured. */
  function block(body) {
    let words = body.text;
    let json = false;
    if (!body.of) {
      try {
        words = JSON.stringify(JSON.parse(words), null, 2);
        json = true;
      } catch { /* shown as it is */ }
    }
    const out = el("pre", { tabindex: "0" });
    if (!json || words.length > COLOURED) {
      out.append(words);
      return out;
    }
    let at = 0;
    for (const found of words.matchAll(TOKEN)) {
      out.append(words.slice(at, found.index));
      at = found.index + found[0].length;
      if (found[1] && found[2]) out.append(el("span", { class: "k" }, found[1]), found[2]);
      else out.append(el("span", { class: found[1] ? "s" : "n" }, found[0]));
    }
    out.append(words.slice(at));
    return out;
  }

  function bodyOf(body) {
    if (!body) return null;
    if (body.binary) return el("p", { class: "facts" }, size(body.binary) + ", not text");
    return body.of ? el("div", {}, block(body), el("p", { class: "facts" }, "the first of " + size(body.of))) : block(body);
  }

  function headersOf(headers) {
    if (!headers.length) return null;
    const list = el("div", { class: "headers" });
    for (const [name, value] of headers) list.append(el("div", {}, el("b", {}, name + ": "), value));
    return el("details", { class: "heads" }, el("summary", {}, headers.length + " headers"), list);
  }

  const quote = (s) => "'" + s.replaceAll("'", "'\\''") + "'";

  function curl(request) {
    const parts = ["curl", "-X", request.method, quote(request.url)];
    for (const [name, value] of request.headers) {
      if (!/^(host|content-length|connection|accept-encoding)$/i.test(name)) parts.push("-H", quote(name + ": " + value));
    }
    if (request.body && request.body.text) parts.push("--data-raw", quote(request.body.text));
    return parts.join(" ");
  }

  /** A button that copies; a page of `file:` has no clipboard but this one. */
  function copier(label, words) {
    const button = el("button", { type: "button", class: "small" }, label);
    button.addEventListener("click", () => {
      const area = el("textarea", { style: "position:fixed;opacity:0" });
      area.value = words();
      document.body.append(area);
      area.select();
      if (document.execCommand("copy")) {
        button.textContent = "copied";
        setTimeout(() => (button.textContent = label), 1500);
      }
      area.remove();
      button.focus();
    });
    return button;
  }

  const ORIGINS = { replay: "answered an authorization", script: "sent by a script", token: "token request" };
  const PHASES = ["dns", "connect", "tls", "first byte", "download"];

  /** Where the time of an exchange went. */
  function phasesOf(x) {
    const all = x.phases.reduce((sum, phase) => sum + phase.ms, 0);
    if (!all) return null;
    const bar = el("svg", { viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    const out = el("div", { class: "phases" }, bar);
    let at = 0;
    for (const phase of x.phases) {
      const colour = "p" + PHASES.indexOf(phase.name);
      bar.append(el("rect", { class: colour, x: (at / all) * 100, width: (phase.ms / all) * 100, height: 1 }));
      at += phase.ms;
      out.append(el("span", {}, el("i", { class: colour }), phase.name + " " + time(phase.ms)));
    }
    return out;
  }

  function exchange(x) {
    const sides = el("div", { class: "sides" });
    if (x.request) {
      const side = el("div", {}, el("h3", {}, el("span", { class: "url" }, x.request.method + " " + x.request.url),
        ORIGINS[x.origin] ? el("span", { class: "badge" }, ORIGINS[x.origin]) : null, copier("copy as curl", () => curl(x.request))));
      for (const words of x.substituted) side.append(el("p", { class: "warn" }, "⇄ substituted: " + words));
      for (const part of [headersOf(x.request.headers), bodyOf(x.request.body)]) if (part) side.append(part);
      sides.append(side);
    }
    if (x.response) {
      const body = x.response.body;
      const side = el("div", {}, el("h3", {}, el("span", { class: "url" }, x.response.code + " " + x.response.reason), el("small", {}, time(x.ms) + ", " + size(x.response.size)),
        body && body.text ? copier("copy body", () => body.text) : null));
      for (const part of [phasesOf(x), headersOf(x.response.headers), bodyOf(body)]) if (part) side.append(part);
      sides.append(side);
    }
    if (x.error) sides.append(el("div", {}, el("h3", { class: "bad" }, x.error)));
    const out = el("div", {}, sides);
    for (const cause of x.causes) {
      const [label, ...words] = cause.split(": ");
      out.append(el("p", { class: "note" }, el("b", {}, label), " " + words.join(": ")));
    }
    return out;
  }

  // Rows.

  const MARKS = { passed: "✓", failed: "✗", error: "✗", skipped: "–" };
  const CLASSES = { passed: "ok", failed: "bad", error: "bad", skipped: "" };

  function difference(words) {
    const out = el("pre", { class: "diff", tabindex: "0" });
    for (const line of words.split("\n")) out.append(el(line[0] === "-" ? "del" : line[0] === "+" ? "ins" : "span", {}, line[0] === "-" || line[0] === "+" ? line : line + "\n"));
    return out;
  }

  /** The detail of a case; of a stack only the places, its head being the message again. */
  const stackOf = (c) => (c.detail || "").replace(/^\w*: [^]*?\n(?= *at )/, "");

  function inside(item) {
    const out = el("div", { class: "inside" });
    const cases = el("ul", { class: "cases" });
    for (const c of item.cases) {
      cases.append(el("li", {}, el("span", { class: "mark " + CLASSES[c.verdict], title: c.verdict }, MARKS[c.verdict]), c.name,
        c.message ? el("div", { class: "said bad" }, c.message) : null, stackOf(c) ? el("small", {}, stackOf(c)) : null, c.diff ? difference(c.diff) : null));
    }
    out.append(cases);
    for (const note of item.notes) out.append(el("p", { class: "note" }, "⚠ " + note));
    for (const x of item.exchanges) out.append(exchange(x));
    if (item.console.length) out.append(el("h3", {}, "Console"), el("pre", { tabindex: "0" }, item.console.map((line) => line.level + "  " + line.text).join("\n")));
    return out;
  }

  /** Details whose inside is made when it is first opened. */
  function lazy(details, make) {
    const fill = () => { if (details.open && details.children.length === 1) details.append(make()); };
    details.addEventListener("toggle", fill);
    details.fill = fill;
    return details;
  }

  /** When and how long an item ran, within its iteration. */
  function fall(item, span) {
    const x = ((item.start - span.start) / span.took) * 100;
    const bar = el("svg", { class: "fall", viewBox: "0 0 100 1", preserveAspectRatio: "none", role: "img", "aria-label": "began after " + time(item.start - span.start) + ", took " + time(item.took) });
    bar.append(el("rect", { x: Math.min(x, 99.4), width: Math.max((item.took / span.took) * 100, 0.6), height: 1 }));
    return bar;
  }

  function row(item) {
    const x = main(item);
    const status = item.skipped ? "skipped" : !x ? "" : x.response ? x.response.code + " · " + time(x.ms) : x.error ? "no response" : "";
    const failed = broken(item);
    const details = el("details", { class: "item" + (item.failed ? " failed" : item.skipped ? " skipped" : ""), id: "e" + item.execution },
      el("summary", {},
        el("span", { class: "method" }, x && x.request ? x.request.method : ""),
        el("span", { class: "name" }, el("b", {}, item.name || "(no name)"),
          failed ? el("span", { class: "badge bad" }, failed + " of " + item.cases.length + " failed") : null,
          replaced(item) ? el("span", { class: "badge warn" }, "⇄ token") : null,
          item.notes.length ? el("span", { class: "badge warn" }, "⚠ " + item.notes.length) : null),
        fall(item, spans.get(item.iteration)),
        el("span", { class: "status" }, status)));
    lazy(details, () => inside(item));
    if (expanded) details.open = true;
    return details;
  }

  /** Rows with a line before those of another folder. */
  function rows(found) {
    const out = el("div", { class: "rows" });
    let folder = "";
    for (const item of found) {
      if (item.folder !== folder) out.append(el("p", { class: "folder" }, item.folder || "(top of the collection)"));
      folder = item.folder;
      out.append(row(item));
    }
    return out;
  }

  function group(iteration, found, open) {
    const failed = found.filter((item) => item.failed).length;
    const details = el("details", { class: "group", id: "i" + iteration }, el("summary", {}, "Iteration " + iteration,
      failed ? el("span", { class: "badge bad" }, failed + " failed") : null,
      el("small", { class: "last" }, found.length + (found.length === 1 ? " request · " : " requests · ") + time(spans.get(iteration).took))));
    lazy(details, () => rows(found));
    details.open = open;
    details.fill();
    return details;
  }

  function draw() {
    const found = selected();
    const out = [];
    let left;
    if (several) {
      const groups = new Map();
      for (const item of found) (groups.get(item.iteration) || groups.set(item.iteration, []).get(item.iteration)).push(item);
      left = groups.size > shown;
      for (const [iteration, its] of [...groups].slice(0, shown)) out.push(group(iteration, its, expanded || groups.size === 1));
    } else {
      left = found.length > shown;
      out.push(rows(found.slice(0, shown)));
    }
    if (!found.length) out.push(el("p", { class: "empty" }, "Nothing here matches."));
    $("items").replaceChildren(...out);
    $("count").textContent = found.length + " of " + items.length + " requests";
    $("more").hidden = !left;
    for (const button of $("filters").children) button.setAttribute("aria-pressed", button.dataset.filter === filter);
  }

  function again() { shown = PAGE; draw(); }

  /** Shows an item that a link leads to, whatever is filtered. */
  function show(execution) {
    filter = "all";
    $("search").value = "";
    const item = items.find((one) => one.execution === execution);
    if (!item) return;
    $("iteration").value = several ? String(item.iteration) : "";
    shown = Math.max(PAGE, items.indexOf(item) + 1);
    draw();
    const node = $("e" + execution);
    if (node) { node.open = true; node.firstChild.focus(); node.scrollIntoView({ block: "center" }); }
  }

  const spans = new Map();
  for (const item of items) {
    const span = spans.get(item.iteration) || { start: item.start, end: 0, took: 0 };
    span.end = Math.max(span.end, item.start + item.took);
    span.took = Math.max(span.end - span.start, 0.1);
    spans.set(item.iteration, span);
  }
  const iterations = [...spans.keys()];
  const several = iterations.length > 1;
  for (const name of Object.keys(FILTERS)) {
    const count = items.filter(FILTERS[name]).length;
    if (count || name === "all") $("filters").append(el("button", { type: "button", "data-filter": name, onclick: () => { filter = name; again(); } }, name + " " + count));
  }
  $("iteration").hidden = !several;
  $("iteration").append(el("option", { value: "" }, "all iterations"), ...iterations.slice(0, 5000).map((n) => el("option", { value: n }, "iteration " + n)));
  $("iteration").addEventListener("change", again);
  let waiting;
  $("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(again, 150); });
  $("more").addEventListener("click", () => { shown += PAGE; draw(); });
  const expand = () => { expanded = !expanded; $("expand").textContent = expanded ? "collapse all" : "expand all"; draw(); };
  $("expand").addEventListener("click", expand);
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-execution]");
    if (link) { event.preventDefault(); show(Number(link.dataset.execution)); }
  });

  // Keys.

  function step(by) {
    const all = [...document.querySelectorAll("#items summary")].filter((node) => node.offsetParent);
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) next.focus();
  }
  const KEYS = {
    "/": () => $("search").focus(),
    j: () => step(1),
    k: () => step(-1),
    f: () => { filter = filter === "failed" ? "all" : "failed"; again(); },
    e: expand,
  };
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName || "");
    if (event.key === "Escape" && event.target === $("search")) {
      event.preventDefault();
      clearTimeout(waiting);
      $("search").value = "";
      $("search").blur();
      again();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  const root = document.documentElement;
  $("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // On paper nothing can be opened: what failed is open there.
  addEventListener("beforeprint", () => {
    for (const node of document.querySelectorAll("details.group")) { node.open = true; node.fill(); }
    for (const node of [...document.querySelectorAll("details.item.failed")].slice(0, PRINTED)) { node.open = true; node.fill(); }
  });

  draw();
  if (/^#e\d+$/.test(location.hash)) show(Number(location.hash.slice(2)));
})();
