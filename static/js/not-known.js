// "I do not know" and an answer put each other out, and a number that may be a range gets the keypad of a phone with a
// key for the slash that the keypad lacks. Without this script the full keyboard comes up, and the server says when
// both are given.
(() => {
  const form = document.querySelector("form[data-questions]");
  if (!form) return;
  const changed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

  for (const tick of form.querySelectorAll("[data-not-known]")) {
    const field = form.elements[tick.dataset.notKnown];
    let typed = "";
    tick.addEventListener("change", () => {
      if (tick.checked) typed = field.value;
      field.value = tick.checked ? "" : typed;
      changed(field);
    });
    field.addEventListener("input", () => {
      if (field.value) tick.checked = false;
    });
  }

  for (const none of form.querySelectorAll('input[type="checkbox"][value="unknown"]')) {
    const choices = [...form.elements].filter((one) => one.name === none.name && one !== none);
    none.addEventListener("change", () => {
      if (none.checked) for (const one of choices) one.checked = false;
    });
    for (const one of choices) {
      one.addEventListener("change", () => {
        if (one.checked) none.checked = false;
      });
    }
  }

  for (const field of form.querySelectorAll("input[data-range]")) {
    field.inputMode = "decimal";
    const slash = document.createElement("button");
    slash.type = "button";
    slash.className = "button is-quiet is-small field-slash";
    slash.textContent = "/";
    slash.setAttribute("aria-label", "Add a slash, for a range");
    slash.addEventListener("click", () => {
      field.setRangeText(" / ", field.selectionStart, field.selectionEnd, "end");
      field.focus();
      changed(field);
    });
    field.after(slash);
  }
})();
