// "Did this answer your question?": sends a yes or no once, and says that it arrived.
const THANKS = "Thank you.";
const LOST = "This could not be kept just now. Your answer above is not affected.";

async function send(box, verdict) {
  const tick = box.querySelector("input");
  const sent = { token: box.dataset.token, verdict };
  if (tick?.checked) sent.question = box.dataset.question;
  const headers = { "Content-Type": "application/json" };
  try {
    return (await fetch("/feedback", { method: "POST", headers, body: JSON.stringify(sent) })).ok;
  } catch {
    return false;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".feedback button");
  const box = button?.closest(".feedback");
  if (!box || box.dataset.sent) return;
  const controls = [...box.querySelectorAll("button, input")];
  const said = box.querySelector(".said");
  box.dataset.sent = "yes";
  said.textContent = "";
  const kept = await send(box, button.value);
  said.textContent = kept ? THANKS : LOST;
  if (!kept) return void delete box.dataset.sent;
  // The buttons stay where they are, so that the focus does; they say that they are done.
  button.setAttribute("aria-pressed", "true");
  for (const control of controls) {
    if (control.type === "checkbox") control.disabled = true;
    else control.setAttribute("aria-disabled", "true");
  }
});
