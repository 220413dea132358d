"use strict";
// The live page: traces and what-ifs are asked of the server that made it, and a change of state loads it anew.
const here = new URL("./", location.href);
const ASKED = ["trace-from", "trace-to", "trace-proto", "trace-port", "trace-what-if"];
const field = (id) => document.getElementById(id);
field("trace-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  sessionStorage.setItem("asked", JSON.stringify(ASKED.map((id) => field(id).value)));
  const asked = new URLSearchParams();
  for (const [id, name] of [["trace-from", "from"], ["trace-to", "to"], ["trace-proto", "proto"], ["trace-port", "port"]]) {
    if (field(id).value.trim()) asked.set(name, field(id).value.trim());
  }
  for (const line of field("trace-what-if").value.split("\n")) if (line.trim()) asked.append("what-if", line.trim());
  const answer = field("trace-answer");
  answer.textContent = "walking …";
  field("trace-picture").replaceChildren();
  try {
    const response = await fetch(new URL(`trace?${asked}`, here));
    answer.textContent = await response.text();
    if (response.ok) {
      const picture = document.createElement("img");
      picture.src = new URL(`path.svg?${asked}`, here);
      picture.alt = answer.textContent.split("\n")[0];
      field("trace-picture").replaceChildren(picture);
    }
  } catch (error) {
    answer.textContent = `podpath serve does not answer: ${error.message}`;
  }
});
// What was asked before the page was loaded anew is asked again: its answer follows the state too.
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
    told.textContent = state.trouble ? `could not look again: ${state.trouble}` : `as of ${new Date(state.seen * 1000).toLocaleTimeString()}`;
    if (state.version !== version) location.reload();
  } catch {
    told.textContent = "podpath serve has ended; this is what it last saw";
  }
}, 2000);
