// Moves a section of the list up or down without a round trip to the server, by its buttons or with Alt and an arrow
// key, and says aloud where it stands. Without this script the buttons send the form, and the server does the same.
(() => {
  const list = document.querySelector("[data-sections]");
  const form = document.querySelector("[data-section-form]");
  if (!list || !form) return;
  const told = document.querySelector("[data-told]");
  const count = document.querySelector("[data-count]");
  const rows = () => [...list.children];
  const isTicked = (row) => row.querySelector("input[type=checkbox]").checked;
  const isCover = (row) => row.dataset.slug === "cover";
  const buttons = (row) => [...row.querySelectorAll(".moves button")];
  const nameOf = (row) => row.querySelector("[data-name]").textContent;

  const settle = () => {
    const ticked = rows().filter(isTicked);
    count.textContent = `${ticked.length} of ${rows().length} sections`;
    for (const row of rows()) {
      const moves = row.querySelector(".moves");
      if (!moves) continue;
      moves.hidden = !isTicked(row);
      const place = ticked.indexOf(row);
      const [up, down] = buttons(row);
      up.disabled = place <= 1;
      down.disabled = place < 1 || place === ticked.length - 1;
    }
  };
  const choose = () => { form.querySelector("input[name=layout][value=custom]").checked = true; };

  const move = (row, way) => {
    const ticked = rows().filter(isTicked);
    const place = ticked.indexOf(row);
    const other = ticked[place + (way === "up" ? -1 : 1)];
    if (place < 1 || !other || isCover(other)) return;
    if (way === "up") other.before(row);
    else other.after(row);
    choose();
    settle();
    const now = rows().filter(isTicked).indexOf(row) + 1;
    told.textContent = `${nameOf(row)}: place ${now} of ${ticked.length}.`;
  };

  for (const row of rows()) {
    for (const button of buttons(row)) {
      button.addEventListener("click", (event) => {
        event.preventDefault();
        move(row, button.value.split(":")[0]);
        const [up, down] = buttons(row);
        (button.disabled ? (button === up ? down : up) : button).focus();
      });
    }
    row.querySelector("input[type=checkbox]").addEventListener("change", () => {
      choose();
      const basis = list.querySelector("[data-slug=basis]");
      const box = basis.querySelector("input[type=checkbox]");
      const added = list.dataset.rows.split(" ").includes(row.dataset.slug) && !isTicked(row) && !box.checked;
      if (added) box.checked = true; // a report without a list says what the marks stand for
      settle();
      const also = added ? ` ${nameOf(basis)}: printed with it.` : "";
      told.textContent = `${nameOf(row)}: ${isTicked(row) ? "printed" : "left out"}.${also} ${count.textContent}.`;
    });
    row.addEventListener("keydown", (event) => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      const kept = document.activeElement;
      move(row, event.key === "ArrowUp" ? "up" : "down");
      if (kept.disabled) buttons(row).find((one) => !one.disabled)?.focus();
      else kept.focus();
    });
  }
  // A named version ticks and orders the list as it prints it.
  for (const choice of form.querySelectorAll("input[data-prints]")) {
    choice.addEventListener("change", () => {
      const prints = choice.dataset.prints.split(" ");
      const rank = (row) => (prints.indexOf(row.dataset.slug) + 1 || prints.length + 1);
      for (const row of rows()) row.querySelector("input[type=checkbox]").checked = prints.includes(row.dataset.slug);
      for (const row of rows().sort((one, other) => rank(one) - rank(other))) list.append(row);
      settle();
      told.textContent = `${count.textContent}.`;
    });
  }
  settle();
})();
