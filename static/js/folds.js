// Opens the fold that a link or a mark leads into, and every fold for the printer. Without this script a fold opens by its
// summary, and browsers that can open the one a link leads into.
(() => {
  const lead = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    let shut = false;
    const own = target.matches("section") ? target.querySelector(":scope .behind") : null;
    for (let fold = own ?? target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      shut ||= !fold.open;
      fold.open = true;
    }
    if (shut) target.scrollIntoView();
  };
  window.addEventListener("hashchange", lead);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) lead(); // the same mark again changes no address
  });
  lead();

  let printed = [];
  window.addEventListener("beforeprint", () => {
    printed = [...document.querySelectorAll("details.behind:not([open])")];
    for (const fold of printed) fold.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const fold of printed) fold.open = false;
    printed = [];
  });
})();
