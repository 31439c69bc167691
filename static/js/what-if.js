// Sliders for the controls of a what-if, and the panel as it would be while they move. The server makes the panel; the
// newest answer wins. Without this script the form is sent with its button and the same panel comes on a page of its own.
(() => {
  const form = document.querySelector("form[data-what-if]");
  const panel = document.querySelector("[data-what-if-panel]");
  const status = document.querySelector("[data-what-if-status]");
  const glance = document.querySelector("[data-what-if-glance]");
  if (!form || !panel) return;

  const LOG_STEPS = 200; // one step of a slider that multiplies, by a key: about 3 %
  const WHILE_DRAGGED = 30; // ms between two questions to the server
  const AFTER_TYPING = 300;
  const BEFORE_TOLD = 700; // a listener hears the result once the hand rests
  const SNAP = 0.012; // of the slider's length around the saved value

  const write = (number) => number.toLocaleString("en-US", { maximumFractionDigits: 6 });
  const read = (text) => Number(text.replace(/[,\s]/g, ""));

  const scaleOf = (input) => {
    const low = Number(input.dataset.low), high = Number(input.dataset.high), step = Number(input.dataset.step);
    if (input.dataset.scale === "log") {
      const ratio = Math.log(high / low);
      return {
        steps: LOG_STEPS,
        place: (value) => Math.log(Math.max(value, low) / low) / ratio,
        value: (place) => Number((low * Math.exp(place * ratio)).toPrecision(3)),
      };
    }
    return {
      steps: Math.round((high - low) / step),
      place: (value) => (value - low) / (high - low),
      value: (place) => Number((Math.round((low + place * (high - low)) / step) * step).toFixed(6)),
    };
  };

  const follow = []; // one function for each slider, which puts it where its field says
  for (const input of form.querySelectorAll("input[data-scale]")) {
    const scale = scaleOf(input);
    const saved = input.dataset.saved === undefined ? null : Number(input.dataset.saved);
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "slider";
    slider.min = "0";
    slider.max = String(scale.steps);
    slider.setAttribute("aria-label", `${input.labels[0].textContent.trim()}, slider`);
    const show = () => slider.setAttribute("aria-valuetext", input.value || "as saved");
    const place = () => {
      const value = input.value.trim() === "" ? saved : read(input.value);
      if (value !== null && Number.isFinite(value)) slider.value = String(Math.round(scale.place(value) * scale.steps));
      show();
    };
    slider.addEventListener("input", () => {
      const at = Number(slider.value) / scale.steps;
      const near = saved !== null && Math.abs(at - scale.place(saved)) < SNAP && !slider.matches(":focus-visible");
      input.value = write(near ? saved : scale.value(at));
      show();
      ask(WHILE_DRAGGED, false);
    });
    input.closest(".field-control").after(slider);
    follow.push(place);
    place();
  }

  let timer = 0, telling = 0, asking = false, again = false, newest = 0;

  // Typing waits until the hand rests; dragging asks at a steady pace.
  function ask(delay, waits) {
    if (timer && !waits) return;
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; send(); }, delay);
  }

  async function send() {
    if (asking) { again = true; return; }
    asking = true;
    panel.setAttribute("aria-busy", "true");
    const mine = ++newest;
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    try {
      const response = await fetch(address, { headers: { "X-Fragment": "what-if" } });
      if (response.redirected || response.status === 404) { window.location.assign(address); return; }
      if (!response.ok) throw new Error(String(response.status));
      const text = await response.text();
      if (mine === newest) put(new DOMParser().parseFromString(text, "text/html"), address);
    } catch {
      tell(panel.dataset.failed);
      panel.classList.add("is-stale");
    } finally {
      asking = false;
      panel.removeAttribute("aria-busy");
      if (again) { again = false; send(); }
    }
  }

  function put(page, address) {
    const name = panel.querySelector("input[name=name]");
    const kept = name ? { value: name.value, focused: document.activeElement === name } : null;
    const open = [...panel.querySelectorAll("details")].map((one) => one.open);
    panel.replaceChildren(...page.body.childNodes);
    panel.classList.remove("is-stale");
    panel.querySelectorAll("details").forEach((one, place) => { one.open = open[place] ?? false; });
    for (const summary of panel.querySelectorAll(".error-summary")) summary.removeAttribute("autofocus");
    const field = panel.querySelector("input[name=name]");
    if (kept && field) {
      field.value = kept.value;
      if (kept.focused) field.focus();
    }
    const said = panel.querySelector("[data-summary]");
    if (said) tell(said.dataset.summary);
    if (said && glance) glance.textContent = said.dataset.summary;
    if ("whatIfAddress" in panel.dataset) history.replaceState(null, "", address);
  }

  function tell(words) {
    clearTimeout(telling);
    telling = setTimeout(() => { if (status) status.textContent = words; }, BEFORE_TOLD);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "range") return;
    for (const place of follow) place();
    ask(AFTER_TYPING, true);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(0, true);
  });
  form.querySelector("[data-what-if-reset]").addEventListener("click", (event) => {
    event.preventDefault();
    for (const input of form.querySelectorAll("[data-scale]")) {
      input.value = input.dataset.saved === undefined ? "" : write(Number(input.dataset.saved));
    }
    for (const input of form.querySelectorAll("[data-saved-text]")) input.value = input.dataset.savedText;
    for (const place of follow) place();
    ask(0, true);
  });
})();
