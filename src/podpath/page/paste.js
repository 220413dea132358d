"use strict";
// The page that takes a text: it goes to the server that made the page, on this machine, and nowhere else.
const here = new URL("./", location.href);
const text = document.getElementById("text");
const told = document.getElementById("told");
const ready = (message) => { told.textContent = message; document.querySelector("button[type=submit]").disabled = false; };
// Each file gets a heading, as tail(1) prints it: one file is one machine's.
document.getElementById("files").addEventListener("change", async (event) => {
  for (const file of event.target.files) {
    const content = await file.text();
    text.value += `${text.value && !text.value.endsWith("\n") ? "\n" : ""}==> ${file.name} <==\n${content}`;
  }
  event.target.value = "";
});
document.getElementById("paste").addEventListener("submit", async (event) => {
  event.preventDefault();
  document.querySelector("button[type=submit]").disabled = true;
  told.textContent = "reading …";
  try {
    const response = await fetch(new URL("paste", here), { method: "POST", headers: { "X-Podpath-Paste": "1" }, body: text.value });
    if (response.ok) location.href = here;
    else ready(await response.text());
  } catch (error) {
    ready(`podpath serve does not answer: ${error.message}`);
  }
});
