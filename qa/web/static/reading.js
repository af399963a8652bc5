// Text size and light or dark: in this window's memory alone.
const root = document.documentElement;
const SIZES = [100, 112.5, 125, 150, 175, 200]; // percent
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const shade = element.querySelector("#shade");
const smaller = element.querySelector("#smaller");
const larger = element.querySelector("#larger");
let size = 0;
let chosen = ""; // light | dark, or what the system says

function resize(step) {
  size = Math.min(Math.max(size + step, 0), SIZES.length - 1);
  root.style.fontSize = `${SIZES[size]}%`;
  root.toggleAttribute("data-large", SIZES[size] >= 150);
  smaller.setAttribute("aria-disabled", String(size === 0));
  larger.setAttribute("aria-disabled", String(size === SIZES.length - 1));
}

function paint() {
  const now = chosen || (dark.matches ? "dark" : "light");
  root.dataset.shade = now;
  document.body.classList.toggle("dark", now === "dark"); // gradio's own colours
  shade.textContent = now === "dark" ? "Light" : "Dark";
}

smaller.addEventListener("click", () => resize(-1));
larger.addEventListener("click", () => resize(1));
shade.addEventListener("click", () => {
  chosen = root.dataset.shade === "dark" ? "light" : "dark";
  paint();
});
dark.addEventListener("change", paint);
resize(0);
paint();
