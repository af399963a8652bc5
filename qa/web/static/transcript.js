// Runs once when the transcript appears. Appends each new turn, so that earlier answers (and what
// is unfolded in them) stay untouched and a screen reader hears only the new one.
const log = element.querySelector('[role="log"]');
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let run = 0; // counts the conversations of this window; an answer to an earlier one is dropped
let chosen = false; // whether the question was tapped, not typed
const wiped = () => ({ number: 0, turn: "", history: [], run });
const box = () => document.querySelector("#question textarea, #question input");

// A question offered on the page is asked as if it had been typed and sent.
document.addEventListener("click", (event) => {
  const choice = event.target.closest("button.choice");
  const send = document.querySelector("button#send, #send button");
  if (!choice || !box() || !send || document.body.classList.contains("asking")) return;
  chosen = true;
  box().value = choice.textContent;
  box().dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => send.click(), 0);
});

// An empty message is not sent: one line says so, and the box is ready.
function refuseEmpty(event) {
  if (!box() || box().value.trim()) return;
  event.preventDefault();
  event.stopPropagation();
  document.dispatchEvent(new CustomEvent("qa:say", { detail: "Please type your question first." }));
  box().focus();
}
document.addEventListener("click", (event) => {
  if (event.target.closest("#send")) refuseEmpty(event);
}, true);
document.addEventListener("keydown", (event) => {
  const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (sends && event.target === box()) refuseEmpty(event);
}, true);

document.addEventListener("qa:wipe", () => {
  run += 1;
  props.value = wiped();
  log.replaceChildren();
  document.body.classList.remove("asking", "asked");
  if (box()) {
    box().value = "";
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }
  window.scrollTo({ top: 0 });
});

watch("value", () => {
  const { number, turn } = props.value;
  if ((props.value.run || 0) !== run) {
    props.value = wiped();
    return;
  }
  document.body.classList.remove("asking");
  document.body.classList.toggle("asked", number > 0);
  if (turn === "" || document.getElementById(`turn-${number}`)) return;
  log.insertAdjacentHTML("beforeend", turn);
  const last = log.lastElementChild;
  last.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
  if (chosen) {
    // The button that was tapped is out of sight or gone: go on reading at the answer.
    const heading = last.querySelector("h2");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  chosen = false;
});
