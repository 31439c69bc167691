// Signing out takes away what this device kept of answers that were not saved: the next person at it must not find them.
(() => {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("[data-sign-out], #logout-form")) return;
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith("footing.unsent/")) localStorage.removeItem(key);
    } catch { /* a browser without storage has kept nothing */ }
  });
})();
