"use strict";
// Everything shown is set as text, never as markup: names come from strangers.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const SIGN = { proven: "✓", broken: "✗", unknown: "?", self: "·" };

// -- packed parts: gzip as base64, unpacked when somebody asks -------------------------------------------------------------
const unpacked = new Map();
async function unpack(name) {
  if (!unpacked.has(name)) {
    const packed = Uint8Array.from(atob(byId(name).textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    unpacked.set(name, await new Response(stream).text());
  }
  return unpacked.get(name);
}
const parsed = new Map();
async function table(name) {
  if (!parsed.has(name)) {
    const text = await unpack(`table-${name}`);
    parsed.set(name, text ? text.split("\n").map((line) => line.split("\u001f")) : []);
  }
  return parsed.get(name);
}

// -- findings --------------------------------------------------------------------------------------------------------------
function filterFindings() {
  const wanted = { node: byId("by-node").value, severity: byId("by-severity").value, check: byId("by-check").value };
  const words = byId("by-words").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of document.querySelectorAll("#findings details")) {
    const nodes = JSON.parse(one.dataset.nodes);
    const fits = (!wanted.node || nodes.includes(wanted.node)) && (!wanted.severity || one.dataset.severity === wanted.severity)
      && (!wanted.check || one.dataset.check === wanted.check) && words.every((word) => one.textContent.toLowerCase().includes(word));
    one.hidden = !fits;
    shown += fits;
  }
  byId("shown").textContent = `${shown} of ${data.findings} shown`;
}
if (data.findings) {
  for (const id of ["by-node", "by-severity", "by-check"]) byId(id).addEventListener("change", filterFindings);
  byId("by-words").addEventListener("input", filterFindings);
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  button.textContent = "copied";
  setTimeout(() => { button.textContent = "copy"; }, 2000);
});
window.addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("#findings details, #unknowns details")) one.open = true;
});

// -- the mesh: only what is in sight is in the page ------------------------------------------------------------------------
const CELL = 24, LETTER = 8, MOST_NAME = 24;
class Matrix {
  constructor(mesh, number) {
    this.mesh = mesh;
    this.names = mesh.nodes;
    this.states = mesh.states;
    this.at = [0, Math.min(1, this.names.length - 1)];
    const longest = Math.min(MOST_NAME, Math.max(...this.names.map((name) => name.length)));
    this.left = Math.max(112, longest * LETTER + 18);
    this.top = Math.max(48, longest * LETTER + 12);
    this.box = byId(`matrix-${number}`);
    this.chain = byId(`chain-${number}`);
    this.size = this.box.firstElementChild;
    this.size.style.width = `${this.left + this.names.length * CELL + 2}px`;
    this.size.style.height = `${this.top + this.names.length * CELL + 2}px`;
    this.box.addEventListener("scroll", () => this.later(), { passive: true });
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("click", (event) => this.click(event));
    new ResizeObserver(() => this.later()).observe(this.box);
    this.draw();
  }
  click(event) {
    const box = this.box.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - this.left + this.box.scrollLeft) / CELL);
    const row = Math.floor((event.clientY - box.top - this.top + this.box.scrollTop) / CELL);
    if (event.clientX - box.left < this.left || event.clientY - box.top < this.top) return;
    if (row >= this.names.length || column >= this.names.length) return;
    this.at = [row, column];
    this.draw();
    this.open();
  }
  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.draw(); });
  }
  state(row, column) { return row === column ? "self" : { p: "proven", b: "broken", u: "unknown" }[this.states[row][column]]; }
  draw() {
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.box;
    const rows = this.range(scrollTop, clientHeight - this.top), columns = this.range(scrollLeft, clientWidth - this.left);
    const parts = document.createDocumentFragment();
    const place = (kind, text, left, top, extra = {}) => {
      const made = make("div", { className: kind, textContent: text });
      Object.assign(made.style, { left: `${left}px`, top: `${top}px`, ...extra });
      parts.append(made);
      return made;
    };
    for (let row = rows[0]; row < rows[1]; row++) {
      const line = make("div", { role: "row" });
      line.setAttribute("aria-rowindex", row + 2);
      parts.append(line);
      for (let column = columns[0]; column < columns[1]; column++) {
        const state = this.state(row, column);
        const active = row === this.at[0] && column === this.at[1];
        const cell = make("div", { className: `cell ${state}${active ? " active" : ""}`, textContent: SIGN[state], role: "gridcell" });
        Object.assign(cell.style, { left: `${this.left + column * CELL}px`, top: `${this.top + row * CELL}px` });
        cell.setAttribute("aria-colindex", column + 2);
        cell.setAttribute("aria-label", state === "self" ? this.names[row] : `${this.names[row]} to ${this.names[column]}: ${state}`);
        if (active) cell.id = `${this.box.id}-active`;
        line.append(cell);
      }
      const head = place("row", this.names[row], scrollLeft, this.top + row * CELL, { width: `${this.left}px` });
      head.setAttribute("role", "rowheader");
      line.append(head);
    }
    const heads = make("div", { role: "row" });
    for (let column = columns[0]; column < columns[1]; column++) {
      const head = place("column", this.names[column], this.left + column * CELL, scrollTop, { height: `${this.top}px` });
      head.setAttribute("role", "columnheader");
      heads.append(head);
    }
    parts.prepend(heads);
    place("corner", "from ↓  to →", scrollLeft, scrollTop, { width: `${this.left}px`, height: `${this.top}px`, padding: `${this.top - 26}px .5rem 0` })
      .setAttribute("aria-hidden", "true");
    this.size.replaceChildren(parts);
    this.box.setAttribute("aria-activedescendant", `${this.box.id}-active`);
  }
  range(scrolled, room) {
    return [Math.max(0, Math.floor(scrolled / CELL) - 1), Math.min(this.names.length, Math.ceil((scrolled + room) / CELL) + 1)];
  }
  key(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const last = this.names.length - 1;
    if (step) this.at = this.at.map((at, axis) => Math.min(last, Math.max(0, at + step[axis])));
    else if (event.key === "Home") this.at = [this.at[0], 0];
    else if (event.key === "End") this.at = [this.at[0], last];
    else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.open(); return; } else return;
    event.preventDefault();
    const [row, column] = this.at.map((at) => at * CELL);
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.box;
    if (row < scrollTop) this.box.scrollTop = row;
    if (row + CELL > scrollTop + clientHeight - this.top) this.box.scrollTop = row + CELL - clientHeight + this.top + 20;
    if (column < scrollLeft) this.box.scrollLeft = column;
    if (column + CELL > scrollLeft + clientWidth - this.left) this.box.scrollLeft = column + CELL - clientWidth + this.left + 20;
    this.draw();
  }
  async open() {
    const [row, column] = this.at;
    if (row === column) return;
    const state = this.state(row, column);
    const head = make("h3", {}, make("span", { className: `sign ${state}`, textContent: SIGN[state] }), ` ${this.names[row]} → ${this.names[column]}: ${state}`);
    this.chain.replaceChildren(head, make("p", { className: "muted", textContent: "reading …" }));
    const told = JSON.parse(await unpack("pairs"))[`${this.mesh.name} ${row} ${column}`];
    const links = told ? told.chain : await rebuilt(this.mesh, row, column);
    const list = make("ol");
    for (const link of links) {
      const lines = link.evidence.map((one) => evidence(one));
      list.append(make("li", {}, make("span", { className: `sign ${link.status}`, textContent: SIGN[link.status] }), ` ${link.link}: ${link.summary}`,
        make("dl", { className: "evidence" }, ...lines.flat())));
    }
    const more = (told ? told.not_compared : []).map((one) =>
      make("p", { className: "muted" }, `not compared: ${one.what}; on ${one.node} run `, make("code", { textContent: one.command })));
    this.chain.replaceChildren(head, list, ...more);
  }
}
function evidence(one) {
  const where = [one.node, one.netns].filter(Boolean).join(" ");
  const file = one.file ? `${one.file}${one.file_line ? `:${one.file_line}` : ""}` : "";
  return [make("dt", { textContent: [where, one.command, file].filter(Boolean).join("   ") }), make("dd", {}, make("pre", { textContent: one.line }))];
}
// Of a large mesh only doubtful pairs are told one by one: the entries of a proven one are found in the tables.
async function rebuilt(mesh, row, column) {
  const [from, to] = [mesh.members[row], mesh.members[column]];
  const pick = async (name, fits) => {
    const columns = data.tables.find((one) => one.name === name)?.columns ?? [];
    const rows = columns.length ? await table(name) : [];
    return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))).filter(fits);
  };
  const here = (one) => one.node === from.name && one.netns === "" && one.dev === from.dev;
  const routes = await pick("route", (one) => here(one) && to.prefixes.includes(`${one.dst}/${one.dst_len}`));
  const vias = new Set(routes.map((one) => one.via));
  const neighbours = await pick("neighbour", (one) => here(one) && vias.has(one.address));
  const macs = new Set(neighbours.map((one) => one.mac));
  const entries = await pick("fdb", (one) => here(one) && macs.has(one.mac));
  const devices = await pick("link", (one) => one.node === to.name && one.netns === "" && one.name === to.dev);
  const link = (name, rows, line) => ({ link: name, status: rows.length ? "proven" : "unknown", summary: rows.length ? "as it must be" : "not in the tables of this page",
    evidence: rows.map((one) => ({ node: one.node, netns: "", command: line[0], line: line[1](one) })) });
  return [
    link("route", routes, [`ip route show dev ${from.dev}`, (one) => `${one.dst}/${one.dst_len} via ${one.via} dev ${one.dev} ${one.flags}`]),
    link("neighbour", neighbours, [`ip neigh show dev ${from.dev}`, (one) => `${one.address} lladdr ${one.mac} ${one.state}`]),
    link("fdb", entries, [`bridge fdb show dev ${from.dev}`, (one) => `${one.mac} dst ${one.dst} ${one.flags ?? ""}`]),
    link("device", devices, [`ip link show ${to.dev}`, (one) => `${one.name}: link/ether ${one.mac} mtu ${one.mtu}`]),
  ];
}
data.meshes.forEach((mesh, number) => new Matrix(mesh, number));

// -- tables ----------------------------------------------------------------------------------------------------------------
const MOST = 200;
let shownRows = MOST;
async function showTable() {
  const name = byId("table").value;
  const words = byId("rows-words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const holder = byId("rows");
  if (!name) { holder.replaceChildren(); return; }
  const { columns } = data.tables.find((one) => one.name === name);
  const rows = await table(name);
  if (name !== byId("table").value) return;
  const found = words.length ? rows.filter((row) => { const line = row.join(" ").toLowerCase(); return words.every((word) => line.includes(word)); }) : rows;
  const used = columns.map((_, at) => at).filter((at) => found.slice(0, shownRows).some((row) => row[at]));
  const head = make("thead", {}, make("tr", {}, ...used.map((at) => make("th", { scope: "col", textContent: columns[at].replaceAll("_", " ") }))));
  const body = make("tbody", {}, ...found.slice(0, shownRows).map((row) => make("tr", {}, ...used.map((at) => make("td", { textContent: row[at] })))));
  holder.replaceChildren(make("table", {}, head, body));
  byId("rows-shown").textContent = `${Math.min(shownRows, found.length)} of ${found.length} rows shown`;
  byId("rows-more").hidden = found.length <= shownRows;
}
if (data.tables.length) {
  byId("table").addEventListener("change", () => { shownRows = MOST; showTable(); });
  byId("rows-words").addEventListener("input", () => { shownRows = MOST; showTable(); });
  byId("rows-more").addEventListener("click", () => { shownRows += MOST; showTable(); });
}
