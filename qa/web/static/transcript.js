// Runs once when the transcript appears. Appends each new turn, so that earlier answers (and what
// is unfolded in them) stay untouched and a screen reader hears only the new one.
const log = element.querySelector('[role="log"]');
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
// A question offered below an answer is asked as if it had been typed and sent.
log.addEventListener("click", (event) => {
  const choice = event.target.closest("button.choice");
  const box = document.querySelector("#question textarea, #question input");
  const send = document.querySelector("button#send, #send button");
  if (!choice || !box || !send || document.body.classList.contains("asking")) return;
  box.value = choice.textContent;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => send.click(), 0);
});
watch("value", () => {
  const { number, turn } = props.value;
  document.body.classList.remove("asking");
  document.body.classList.toggle("asked", number > 0);
  if (number === 0) {
    log.replaceChildren();
    window.scrollTo({ top: 0 });
    return;
  }
  if (turn === "" || document.getElementById(`turn-${number}`)) return;
  log.insertAdjacentHTML("beforeend", turn);
  log.lastElementChild.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
});
