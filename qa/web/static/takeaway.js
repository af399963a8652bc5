// The conversation's quotes as a sheet for paper, made in the browser from what is on the screen.
// Nothing is sent or stored; printing and saving as PDF are the browser's own.
const sheet = element.querySelector("section");
const list = sheet.querySelector(".entries");
const title = document.title;
const make = (tag, text, name) => {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (name) made.className = name;
  return made;
};

// The quote and its source; ids, links and explained terms belong to the chat.
function copyOf(quote) {
  const copy = quote.cloneNode(true);
  copy.querySelectorAll("a.open, .unseen").forEach((part) => part.remove());
  copy.querySelectorAll("a, button").forEach((part) => part.replaceWith(...part.childNodes));
  [copy, ...copy.querySelectorAll("[id]")].forEach((e) => e.removeAttribute("id"));
  return copy;
}

function noteFor(number) {
  const note = make("div", "", "note");
  const label = make("label", "My notes on this");
  const area = make("textarea");
  area.id = label.htmlFor = `note-${number}`;
  area.rows = 2;
  area.autocomplete = "off";
  const written = make("div", "", "written");
  written.setAttribute("aria-hidden", "true");
  note.append(label, area, written);
  return note;
}

function entryOf(turn, number) {
  const entry = make("li");
  const seen = new Set();
  entry.append(make("h3", turn.querySelector(".asked").textContent));
  const quotes = turn.querySelectorAll(".quote:not(.near)");
  if (!quotes.length) entry.append(make("p", "The articles did not answer this. You could ask it at your appointment."));
  for (const quote of quotes) {
    const copy = copyOf(quote);
    if (!seen.has(copy.textContent)) entry.append(copy);
    seen.add(copy.textContent);
  }
  const drop = make("button", "Leave this out", "drop");
  drop.type = "button";
  drop.addEventListener("click", () => {
    entry.remove();
    sheet.querySelector("h2").focus();
  });
  entry.append(noteFor(number), drop);
  entry.dataset.turn = turn.id;
  return entry;
}

// Turns that came since the sheet was last open are added; notes and what was left out stay so.
function fill() {
  for (const turn of document.querySelectorAll("#transcript .turn")) {
    const answers = turn.querySelector(".quote, .silence:not(.again)");
    if (turn.dataset.taken || !answers) continue;
    turn.dataset.taken = "yes";
    list.append(entryOf(turn, turn.id));
  }
  const day = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  sheet.querySelector(".made").textContent = `Made on ${day}`;
}

function show(open) {
  sheet.hidden = !open;
  document.body.classList.toggle("taking", open);
  document.title = open ? "For my next appointment" : title;
  if (open) {
    fill();
    window.scrollTo({ top: 0 });
    sheet.querySelector("h2").focus({ preventScroll: true });
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#take")) show(true);
  if (event.target.closest("#back")) {
    show(false);
    document.querySelector("#take").focus();
  }
  if (event.target.closest("#print")) window.print();
});
// Paper shows the whole note, which a text area would cut off.
sheet.addEventListener("input", (event) => {
  const written = event.target.parentElement.querySelector(".written");
  if (written) written.textContent = event.target.value;
});
document.addEventListener("qa:wipe", () => {
  list.replaceChildren();
  sheet.querySelectorAll("textarea").forEach((area) => (area.value = ""));
  sheet.querySelectorAll(".written").forEach((text) => text.replaceChildren());
  show(false);
});
