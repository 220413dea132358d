"use strict";
// Everything shown is set as text, never as markup: names come from strangers.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const say = (text, blanks = {}) => (data.words[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => blanks[name]);
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
  byId("shown").textContent = say("{shown} of {all} shown", { shown, all: data.findings });
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
  button.textContent = say("copied");
  setTimeout(() => { button.textContent = say("copy"); }, 2000);
});
window.addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("#findings details, #unknowns details")) one.open = true;
  for (const one of matrices) one.box.after(one.onPaper());
});
window.addEventListener("afterprint", () => { for (const one of document.querySelectorAll("figure.paper")) one.remove(); });

// -- the mesh: what is in sight is painted; the cell that is pointed at is an element too, for who does not see it ----------
const CELL = 24, LETTER = 8, MOST_NAME = 24;
const STATE = { p: "proven", b: "broken", u: "unknown" };
const LOOK = { proven: ["--goodbox", "--good"], broken: ["--brokenbox", "--onfill"], unknown: ["--unknownbox", "--unknown"], self: ["--box", "--muted"] };
const SHEET = 960, READ = 14, DOT = { proven: "#fff", broken: "#000", unknown: "#999", self: "#ddd" };
const short = (name) => (name.length > MOST_NAME ? `${name.slice(0, MOST_NAME - 1)}…` : name);
class Matrix {
  constructor(mesh, number) {
    this.mesh = mesh;
    this.names = mesh.nodes;
    this.states = mesh.states;
    this.at = [0, Math.min(1, this.names.length - 1)];
    const longest = Math.max(...this.names.map((name) => short(name).length));
    this.left = Math.max(112, longest * LETTER + 18);
    this.top = Math.max(48, longest * LETTER + 12);
    this.box = byId(`matrix-${number}`);
    this.chain = byId(`chain-${number}`);
    const [wide, high] = [this.left, this.top].map((head) => head + this.names.length * CELL + 2);
    this.box.style.height = `min(80vh, 36rem, ${high + 18}px)`;
    Object.assign(this.box.firstElementChild.style, { width: `${wide}px`, height: `${high}px` });
    this.canvas = make("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.pen = this.canvas.getContext("2d");
    this.cell = make("div", { className: "at", id: `${this.box.id}-at`, role: "gridcell" });
    this.line = make("div", { role: "row" }, this.cell);
    this.box.firstElementChild.append(this.canvas, this.line);
    this.box.setAttribute("aria-activedescendant", this.cell.id);
    this.box.addEventListener("scroll", () => this.later(), { passive: true });
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("click", (event) => this.click(event));
    this.box.addEventListener("pointermove", (event) => { const at = this.under(event); this.box.title = at ? this.words(...at) : ""; });
    byId(`next-${number}`)?.addEventListener("click", () => { this.next(); this.box.focus(); });
    for (const changed of ["(prefers-color-scheme: dark)", `(resolution: ${devicePixelRatio}dppx)`]) {
      matchMedia(changed).addEventListener("change", () => { this.signs = null; this.later(); });
    }
    new ResizeObserver(() => this.later()).observe(this.box);
    this.draw();
  }
  under(event) {
    const box = this.box.getBoundingClientRect();
    const [right, down] = [event.clientX - box.left - 1, event.clientY - box.top - 1];
    const at = [Math.floor((down - this.top + this.box.scrollTop) / CELL), Math.floor((right - this.left + this.box.scrollLeft) / CELL)];
    const inside = right >= this.left && right < this.box.clientWidth && down >= this.top && down < this.box.clientHeight;
    return inside && at.every((one) => one < this.names.length) ? at : null;
  }
  click(event) {
    const at = this.under(event);
    if (!at) return;
    this.at = at;
    this.draw();
    this.open();
  }
  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.draw(); });
  }
  state(row, column) { return row === column ? "self" : STATE[this.states[row][column]]; }
  words(row, column) {
    const state = this.state(row, column);
    return state === "self" ? this.names[row] : say("{a} to {b}: {state}", { a: this.names[row], b: this.names[column], state: say(state) });
  }
  // The signs are painted once, and copied into each cell.
  painted(scale) {
    const style = getComputedStyle(this.box), signs = { scale };
    this.colour = (name) => style.getPropertyValue(name).trim();
    this.font = `13px ${this.colour("--mono")}`;
    for (const [state, [ground, ink]] of Object.entries(LOOK)) {
      signs[state] = make("canvas", { width: CELL * scale, height: CELL * scale });
      const pen = signs[state].getContext("2d");
      pen.scale(scale, scale);
      pen.fillStyle = this.colour(ground);
      pen.fillRect(0.5, 0.5, CELL - 1, CELL - 1);
      if (state === "unknown") { pen.strokeStyle = this.colour("--unknownfill"); pen.setLineDash([3, 2]); pen.strokeRect(3, 3, CELL - 6, CELL - 6); }
      Object.assign(pen, { fillStyle: this.colour(ink), font: `bold ${this.font}`, textAlign: "center", textBaseline: "middle" });
      pen.fillText(SIGN[state], CELL / 2, CELL / 2 + 1);
    }
    return signs;
  }
  draw() {
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.box;
    const scale = devicePixelRatio || 1, { pen, canvas, left, top } = this;
    if (this.signs?.scale !== scale) this.signs = this.painted(scale);
    if (canvas.width !== Math.round(clientWidth * scale) || canvas.height !== Math.round(clientHeight * scale)) {
      [canvas.width, canvas.height] = [clientWidth, clientHeight].map((side) => Math.round(side * scale));
      Object.assign(canvas.style, { width: `${clientWidth}px`, height: `${clientHeight}px` });
    }
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, clientWidth, clientHeight);
    const rows = this.range(scrollTop, clientHeight - top), columns = this.range(scrollLeft, clientWidth - left);
    const within = (x, y, wide, high, paint) => { pen.save(); pen.beginPath(); pen.rect(x, y, wide, high); pen.clip(); paint(); pen.restore(); };
    const place = (row, column) => [left + column * CELL - scrollLeft, top + row * CELL - scrollTop];
    within(left, top, clientWidth - left, clientHeight - top, () => {
      for (let row = rows[0]; row < rows[1]; row++) {
        for (let column = columns[0]; column < columns[1]; column++) pen.drawImage(this.signs[this.state(row, column)], ...place(row, column), CELL, CELL);
      }
      Object.assign(pen, { strokeStyle: this.colour("--ink"), lineWidth: 3 });
      pen.strokeRect(...place(...this.at).map((side) => side - 0.5), CELL + 1, CELL + 1);
    });
    Object.assign(pen, { fillStyle: this.colour("--ink"), font: this.font, textBaseline: "middle" });
    within(0, top, left, clientHeight - top, () => {
      for (let row = rows[0]; row < rows[1]; row++) pen.fillText(short(this.names[row]), 8, place(row, 0)[1] + CELL / 2 + 1);
    });
    within(left, 0, clientWidth - left, top, () => {
      pen.rotate(-Math.PI / 2);
      for (let column = columns[0]; column < columns[1]; column++) pen.fillText(short(this.names[column]), 6 - top, place(0, column)[0] + CELL / 2 + 1);
    });
    pen.fillStyle = this.colour("--muted");
    pen.fillText(say("from ↓  to →"), 8, top - 14);
    this.tell();
  }
  // The whole of it, as wide as a sheet: with names and signs while they can be read, else a cell is a dot.
  onPaper() {
    const { names } = this, signs = this.signs ??= this.painted(devicePixelRatio || 1), side = Math.max(2, Math.min(CELL, Math.floor(SHEET / names.length))), read = side >= READ;
    const [left, top] = read ? [this.left, this.top].map((head) => head * side / CELL) : [0, 0];
    const canvas = make("canvas", { width: 2 * (left + names.length * side), height: 2 * (top + names.length * side) });
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    names.forEach((_, row) => names.forEach((_, column) => {
      const state = this.state(row, column), place = [left + column * side, top + row * side];
      pen.fillStyle = DOT[state];
      if (read) pen.drawImage(signs[state], ...place, side, side); else pen.fillRect(...place, side, side);
    }));
    Object.assign(pen, { fillStyle: "#000", font: `${13 * side / CELL}px ${this.colour("--mono")}`, textBaseline: "middle" });
    if (read) names.forEach((name, at) => pen.fillText(short(name), 4, top + (at + 0.5) * side));
    pen.rotate(-Math.PI / 2);
    if (read) names.forEach((name, at) => pen.fillText(short(name), 4 - top, left + (at + 0.5) * side));
    const key = read ? "" : say("; a dot is a pair: grey unknown, black broken");
    return make("figure", { className: "paper" }, canvas, make("figcaption", {}, say("{count} nodes: rows send, columns receive", { count: names.length }) + key));
  }
  // What a screen reader says of the cell that is pointed at, and where a magnifier finds it.
  tell() {
    const [row, column] = this.at;
    Object.assign(this.cell.style, { left: `${this.left + column * CELL}px`, top: `${this.top + row * CELL}px` });
    if (this.told === `${row} ${column}`) return;
    this.told = `${row} ${column}`;
    this.line.setAttribute("aria-rowindex", row + 2);
    this.cell.setAttribute("aria-colindex", column + 2);
    this.cell.setAttribute("aria-label", this.words(row, column));
  }
  next() {
    const count = this.names.length, begun = this.at[0] * count + this.at[1];
    for (let step = 1; step <= count * count; step++) {
      const place = (begun + step) % (count * count), [row, column] = [Math.floor(place / count), place % count];
      if (row !== column && this.states[row][column] !== "p") { this.at = [row, column]; this.show(); this.open(); return; }
    }
  }
  // Bring the cell into sight.
  show() {
    const [row, column] = this.at.map((at) => at * CELL);
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.box;
    if (row < scrollTop) this.box.scrollTop = row;
    if (row + CELL > scrollTop + clientHeight - this.top) this.box.scrollTop = row + CELL - clientHeight + this.top;
    if (column < scrollLeft) this.box.scrollLeft = column;
    if (column + CELL > scrollLeft + clientWidth - this.left) this.box.scrollLeft = column + CELL - clientWidth + this.left;
    this.draw();
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
    else if (event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey) { this.next(); return; }
    else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); this.open(); return; } else return;
    event.preventDefault();
    this.show();
  }
  async open() {
    const [row, column] = this.at;
    if (row === column) return;
    const state = this.state(row, column);
    const head = make("h3", {}, make("span", { className: `sign ${state}`, textContent: SIGN[state] }), ` ${this.names[row]} → ${this.names[column]}: ${say(state)}`);
    this.chain.replaceChildren(head, make("p", { className: "muted", textContent: say("reading …") }));
    const told = JSON.parse(await unpack("pairs"))[`${this.mesh.name} ${row} ${column}`];
    const links = told ? told.chain : await rebuilt(this.mesh, row, column);
    const list = make("ol");
    for (const link of links) {
      const lines = link.evidence.map((one) => evidence(one));
      list.append(make("li", {}, make("span", { className: `sign ${link.status}`, textContent: SIGN[link.status] }), ` ${link.link}: ${link.summary}`,
        make("dl", { className: "evidence" }, ...lines.flat())));
    }
    const more = (told ? told.not_compared : []).map((one) =>
      make("p", { className: "muted" }, say("not compared: {what}; on {node} run ", one), make("code", { textContent: one.command })));
    this.chain.replaceChildren(head, list, ...more);
  }
}
function evidence(one) {
  const where = [one.node, one.netns].filter(Boolean).join(" ");
  const file = one.file ? `${one.file}${one.file_line ? `:${one.file_line}` : ""}` : "";
  return [make("dt", { textContent: [where, one.command, file].filter(Boolean).join("   ") }), make("dd", {}, make("pre", { textContent: one.line }))];
}
// A large mesh lists only doubtful pairs one by one: the entries of a proven one are found in the tables.
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
  const link = (name, rows, line) => ({ link: name, status: rows.length ? "proven" : "unknown", summary: rows.length ? say("as it must be") : say("not in the tables of this page"),
    evidence: rows.map((one) => ({ node: one.node, netns: "", command: line[0], line: line[1](one) })) });
  return [
    link("route", routes, [`ip route show dev ${from.dev}`, (one) => `${one.dst}/${one.dst_len} via ${one.via} dev ${one.dev} ${one.flags}`]),
    link("neighbour", neighbours, [`ip neigh show dev ${from.dev}`, (one) => `${one.address} lladdr ${one.mac} ${one.state}`]),
    link("fdb", entries, [`bridge fdb show dev ${from.dev}`, (one) => `${one.mac} dst ${one.dst} ${one.flags ?? ""}`]),
    link("device", devices, [`ip link show ${to.dev}`, (one) => `${one.name}: link/ether ${one.mac} mtu ${one.mtu}`]),
  ];
}
const matrices = data.meshes.map((mesh, number) => new Matrix(mesh, number));

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
  byId("rows-shown").textContent = say("{shown} of {all} rows shown", { shown: Math.min(shownRows, found.length), all: found.length });
  byId("rows-more").hidden = found.length <= shownRows;
}
if (data.tables.length) {
  byId("table").addEventListener("change", () => { shownRows = MOST; showTable(); });
  byId("rows-words").addEventListener("input", () => { shownRows = MOST; showTable(); });
  byId("rows-more").addEventListener("click", () => { shownRows += MOST; showTable(); });
}
