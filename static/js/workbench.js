// The single keys of the workbench. A key presses the button, opens the fold or follows the link that shows it; nothing
// happens that the page could not do without this script. Keys are silent while somebody types in a field, can be
// turned off (WCAG 2.1.4; the choice is kept in this browser), and a key held down counts once.
(() => {
  const SETTING = "footing-keys";
  const toggles = [...document.querySelectorAll("[data-shortcuts]")];
  const isOn = () => {
    try {
      return localStorage.getItem(SETTING) !== "off";
    } catch {
      return true; // a browser that keeps nothing keeps no refusal either
    }
  };
  const show = () => {
    const on = isOn();
    document.body.classList.toggle("keys-off", !on);
    for (const toggle of toggles) {
      toggle.hidden = false;
      toggle.textContent = on ? "Turn the keys off" : "Turn the keys on";
    }
  };
  for (const toggle of toggles) {
    toggle.addEventListener("click", () => {
      try {
        localStorage.setItem(SETTING, isOn() ? "off" : "on");
      } catch {
        return;
      }
      show();
    });
  }
  show();

  const types = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  let leaving = false;
  window.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });

  const press = (target) => {
    target.click();
    const fold = target.closest("summary") && target.closest("details");
    if (fold && fold.open) fold.querySelector("input:not([type=hidden]), textarea").focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.repeat || leaving || event.altKey || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form");
      const button = form && form.querySelector("[data-submit]");
      if (button) {
        event.preventDefault();
        button.click();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || !isOn() || types(event.target)) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target) return;
    event.preventDefault();
    press(target);
  });
})();
