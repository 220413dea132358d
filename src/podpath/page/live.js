"use strict";
// The live page: the server that created it answers traces and what-ifs, and a change of state reloads it.
const here = new URL("./", location.href);
const ASKED = ["trace-from", "trace-to", "trace-proto", "trace-port", "trace-what-if"];
const field = (id) => document.getElementById(id);
const query = () => {
  const asked = new URLSearchParams();
  for (const [id, name] of [["trace-from", "from"], ["trace-to", "to"], ["trace-proto", "proto"], ["trace-port", "port"]]) {
    if (field(id).value.trim()) asked.set(name, field(id).value.trim());
  }
  for (const line of field("trace-what-if").value.split("\n")) if (line.trim()) asked.append("what-if", line.trim());
  return asked;
};
const draw = (source) => {
  const picture = document.createElement("img");
  picture.src = source;
  picture.alt = field("trace-answer").textContent.split("\n")[0];
  field("trace-picture").replaceChildren(picture);
};
// Packets are sent when somebody clicks, and never again by a reload.
field("trace-probe")?.addEventListener("click", async () => {
  const answer = field("trace-answer");
  if (!field("trace-form").reportValidity()) return;
  sessionStorage.removeItem("asked");
  answer.textContent = say("sending packets …");
  field("trace-picture").replaceChildren();
  try {
    const response = await fetch(new URL(`probe?${query()}`, here), { method: "POST", headers: { "X-Podpath-Probe": "1" } });
    const said = await response.text();
    answer.textContent = response.ok ? JSON.parse(said).text : said;
    if (response.ok && JSON.parse(said).picture) draw(`data:image/svg+xml,${encodeURIComponent(JSON.parse(said).picture)}`);
  } catch (error) {
    answer.textContent = say("podpath serve does not answer: {error}", { error: error.message });
  }
});
field("trace-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  sessionStorage.setItem("asked", JSON.stringify(ASKED.map((id) => field(id).value)));
  const asked = query();
  const answer = field("trace-answer");
  answer.textContent = say("walking …");
  field("trace-picture").replaceChildren();
  try {
    const response = await fetch(new URL(`trace?${asked}`, here));
    answer.textContent = await response.text();
    if (response.ok) draw(new URL(`path.svg?${asked}`, here));
  } catch (error) {
    answer.textContent = say("podpath serve does not answer: {error}", { error: error.message });
  }
});
// A trace from before the reload is repeated: its result follows the state, too.
const before = JSON.parse(sessionStorage.getItem("asked") ?? "null");
if (before) {
  ASKED.forEach((id, at) => { field(id).value = before[at]; });
  field("trace-form").requestSubmit();
}
const version = document.body.dataset.version;
setInterval(async () => {
  const told = field("live");
  try {
    const state = await (await fetch(new URL("state", here))).json();
    told.textContent = state.trouble ? say("could not look again: {trouble}", state) : say("as of {time}", { time: new Date(state.seen * 1000).toLocaleTimeString() });
    if (state.version !== version) location.reload();
  } catch {
    told.textContent = say("podpath serve has ended; this is what it last saw");
  }
}, 2000);
