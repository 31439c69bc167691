// Puts the other person's text into the form without a round trip to the server. Without this script the button sends
// the form, and the server does the same. Citations always go that way: their rows are the server's to build.
(() => {
  const form = document.getElementById("claim_form");
  if (!form) return;
  const fill = (name, values) => {
    for (const control of [...form.elements].filter((one) => one.name === name)) {
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
    }
  };
  for (const button of document.querySelectorAll("[data-collision] button[name=_take]")) {
    const fields = Object.entries(JSON.parse(button.dataset.fields));
    if (!fields.length) continue;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      for (const [name, values] of fields) fill(name, values);
      const row = button.closest("tr");
      row.querySelector("[data-text^=Yours]").textContent = "Taken from theirs; save to keep it.";
      button.disabled = true;
    });
  }
})();
