// Clear, leave quickly, and wipe after a time without use. Nothing is ever written to storage.
const exit = element.querySelector(".leave").dataset.exit;
const idle = Number(element.querySelector(".leave").dataset.idle) * 60_000; // milliseconds
const warning = element.querySelector("#idle");
const said = warning.querySelector("[role=status]");
const WARNED = 60_000; // before the wipe
const ESCAPES = 3;
const TOGETHER = 1_500; // milliseconds within which Escape is pressed so often
let used = Date.now();
let escapes = [];

const wipe = () => document.dispatchEvent(new Event("qa:wipe"));
const box = () => document.querySelector("#question textarea, #question input");
const anything = () =>
  document.body.classList.contains("asked") || document.body.classList.contains("asking") ||
  Boolean(box()?.value) || [...document.querySelectorAll("#takeaway textarea")].some((t) => t.value);

function say(text, keep = false) {
  if (said.textContent !== text) said.textContent = text;
  warning.classList.toggle("shown", text !== "");
  warning.classList.toggle("asks", keep);
}

function leave() {
  document.documentElement.style.display = "none";
  document.title = "";
  wipe();
  window.location.replace(exit);
}

// By the clock on the wall, so that a computer that slept wipes when it wakes.
function check() {
  const unused = Date.now() - used;
  if (!anything()) return;
  if (unused >= idle) {
    wipe();
    say("This page was not used for a while, so the conversation has been cleared.");
  } else if (unused >= idle - WARNED) {
    say("This conversation will be cleared in a minute. Do you want to keep it?", true);
  }
}

function use(event) {
  check();
  if (event.type === "pointerdown") escapes = []; // one that closed a meaning is not the first of three
  if (event.target.closest?.("#idle")) return; // its button is to stay under the finger
  if (warning.classList.contains("asks")) say("");
  used = Date.now();
}

document.addEventListener("click", (event) => {
  if (event.target.closest(".leave")) leave();
  if (event.target.closest("#keep")) {
    used = Date.now();
    say("");
    box()?.focus();
  }
  if (event.target.closest("#clear")) {
    wipe();
    say("The conversation has been cleared.");
    box()?.focus();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return void (escapes = []);
  escapes = [...escapes, Date.now()].filter((time) => Date.now() - time <= TOGETHER);
  if (escapes.length >= ESCAPES) leave();
}, true);
// Said anew also where it stands already: the person has tried again.
document.addEventListener("qa:say", (event) => {
  said.replaceChildren();
  say(event.detail);
});
document.addEventListener("input", () => {
  if (!warning.classList.contains("asks")) say("");
});
for (const sign of ["pointerdown", "keydown", "wheel", "touchmove"]) {
  document.addEventListener(sign, use, { capture: true, passive: true });
}
document.addEventListener("visibilitychange", check);
window.addEventListener("focus", check);
window.addEventListener("pagehide", wipe);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
setInterval(check, 5_000);
