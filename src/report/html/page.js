"use strict";
(() => {
  const items = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const PAGE = 200;
  let filter = items.some((item) => item.failed) ? "failed" : "all";
  let shown = PAGE;
  let expanded = false;

  /** An element with text or children; text never becomes markup. */
  function el(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "onclick") node.addEventListener("click", value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
    }
    for (const child of children) if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  const size = (bytes) => (bytes < 1000 ? bytes + " B" : bytes < 1e6 ? (bytes / 1e3).toFixed(1) + " kB" : (bytes / 1e6).toFixed(1) + " MB");
  const time = (ms) => (ms < 1000 ? Math.round(ms * 10) / 10 + " ms" : (ms / 1000).toFixed(2) + " s");
  const main = (item) => item.exchanges.findLast((x) => x.origin === "item") || item.exchanges.at(-1);
  const replaced = (item) => item.exchanges.some((x) => x.substituted.length);

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

  function pretty(body) {
    try { return JSON.stringify(JSON.parse(body), null, 2); } catch { return body; }
  }

  function bodyOf(body) {
    if (!body) return null;
    if (body.binary) return el("p", { class: "facts" }, size(body.binary) + ", not text");
    const block = el("pre", {}, body.of ? body.text : pretty(body.text));
    return body.of ? el("div", {}, block, el("p", { class: "facts" }, "the first of " + size(body.of))) : block;
  }

  function headersOf(headers) {
    if (!headers.length) return null;
    const list = el("div", { class: "headers" });
    for (const [name, value] of headers) list.append(el("div", {}, el("b", {}, name + ": "), value));
    return el("details", {}, el("summary", { class: "facts" }, headers.length + " headers"), list);
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

  function copy(button, words) {
    const done = () => { button.textContent = "copied"; setTimeout(() => (button.textContent = "copy as curl"), 1500); };
    const area = el("textarea", { style: "position:fixed;opacity:0" });
    area.value = words;
    document.body.append(area);
    area.select();
    if (document.execCommand("copy")) done();
    area.remove();
  }

  const ORIGINS = { replay: "answered an authorization", script: "sent by a script", token: "token request" };

  function exchange(x) {
    const out = el("div");
    if (x.request) {
      const button = el("button", { type: "button", onclick: () => copy(button, curl(x.request)) }, "copy as curl");
      out.append(el("h3", {}, x.request.method + " " + x.request.url, ORIGINS[x.origin] ? el("span", { class: "badge" }, ORIGINS[x.origin]) : null, button));
      for (const words of x.substituted) out.append(el("p", { class: "warn" }, "⇄ substituted: " + words));
      for (const part of [headersOf(x.request.headers), bodyOf(x.request.body)]) if (part) out.append(part);
    }
    if (x.response) {
      out.append(el("h3", {}, x.response.code + " " + x.response.reason, el("small", {}, time(x.ms) + ", " + size(x.response.size) + (x.phases.length ? " (" + x.phases.map((p) => p.name + " " + time(p.ms)).join(", ") + ")" : ""))));
      for (const part of [headersOf(x.response.headers), bodyOf(x.response.body)]) if (part) out.append(part);
    }
    if (x.error) out.append(el("h3", { class: "bad" }, x.error));
    for (const cause of x.causes) out.append(el("p", { class: "note" }, cause));
    return out;
  }

  const MARKS = { passed: "✓", failed: "✗", error: "✗", skipped: "–" };
  const CLASSES = { passed: "ok", failed: "bad", error: "bad", skipped: "" };

  function inside(item) {
    const out = el("div", { class: "inside" });
    const cases = el("ul", { class: "cases" });
    for (const c of item.cases) {
      cases.append(el("li", {}, el("span", { class: CLASSES[c.verdict] }, MARKS[c.verdict] + " "), c.name,
        c.message ? el("div", { class: "bad" }, c.message) : null, c.detail ? el("small", {}, c.detail) : null));
    }
    out.append(cases);
    for (const note of item.notes) out.append(el("p", { class: "warn" }, "⚠ " + note));
    for (const x of item.exchanges) out.append(exchange(x));
    if (item.console.length) out.append(el("h3", {}, "Console"), el("pre", {}, item.console.map((line) => line.level + "  " + line.text).join("\n")));
    return out;
  }

  function row(item) {
    const x = main(item);
    const status = !x ? "" : x.response ? x.response.code + " · " + time(x.ms) : x.error ? "no response" : "";
    const failed = item.cases.filter((c) => c.verdict === "failed" || c.verdict === "error").length;
    const details = el("details", { class: "item" + (item.failed ? " failed" : item.skipped ? " skipped" : ""), id: "e" + item.execution },
      el("summary", {},
        el("span", {}, item.folder ? el("span", { class: "where" }, item.folder + " / ") : null, el("b", {}, item.name || "(no name)")),
        several ? el("span", { class: "badge" }, "iteration " + item.iteration) : null,
        replaced(item) ? el("span", { class: "badge warn" }, "⇄ token") : null,
        failed ? el("span", { class: "bad" }, failed + " of " + item.cases.length + " failed") : null,
        el("span", { class: "last" }, status)));
    details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(inside(item)); });
    if (expanded) details.open = true;
    return details;
  }

  function draw() {
    const found = selected();
    $("items").replaceChildren(...found.slice(0, shown).map(row));
    $("count").textContent = found.length + " of " + items.length + " requests";
    $("more").hidden = found.length <= shown;
    for (const button of $("filters").children) button.setAttribute("aria-pressed", button.dataset.filter === filter);
  }

  function again() { shown = PAGE; draw(); }

  /** Shows an item that a link leads to, whatever is filtered. */
  function show(execution) {
    filter = "all";
    $("search").value = "";
    $("iteration").value = "";
    const at = items.findIndex((item) => item.execution === execution);
    shown = Math.max(PAGE, at + 1);
    draw();
    const node = $("e" + execution);
    if (node) { node.open = true; node.scrollIntoView({ block: "start" }); }
  }

  const iterations = [...new Set(items.map((item) => item.iteration))];
  const several = iterations.length > 1;
  for (const name of Object.keys(FILTERS)) {
    const count = items.filter(FILTERS[name]).length;
    if (count || name === "all") $("filters").append(el("button", { type: "button", "data-filter": name, onclick: () => { filter = name; again(); } }, name + " " + count), " ");
  }
  $("iteration").hidden = !several;
  $("iteration").append(el("option", { value: "" }, "all iterations"), ...iterations.slice(0, 5000).map((n) => el("option", { value: n }, "iteration " + n)));
  $("iteration").addEventListener("change", again);
  let waiting;
  $("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(again, 150); });
  $("more").addEventListener("click", () => { shown += PAGE; draw(); });
  $("expand").addEventListener("click", () => { expanded = !expanded; $("expand").textContent = expanded ? "collapse all" : "expand all"; draw(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-execution]");
    if (link) { event.preventDefault(); show(Number(link.dataset.execution)); }
  });
  const root = document.documentElement;
  $("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  draw();
})();
