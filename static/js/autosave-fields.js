// The questions of a page as autosave sees them: what their controls hold, and what is said beside them. Whatever
// controls a question has: their values are taken and put as they are.
window.FootingFields = (form) => {
  const rows = new Map([...form.querySelectorAll("[data-question]")].map((row) => [row.dataset.question, row]));
  const controlsOf = (question) =>
    [...rows.get(question).querySelectorAll("input, select, textarea")].filter((control) => control.name);
  const ticked = (control) => control.type === "radio" || control.type === "checkbox";

  const element = (name, text, ...classes) => {
    const made = document.createElement(name);
    made.textContent = text;
    made.classList.add(...classes);
    return made;
  };

  return {
    questions: [...rows.keys()],
    of: (control) => control.closest("[data-question]")?.dataset.question,
    nameOf: (question) => rows.get(question).querySelector("legend, label")?.firstChild.textContent.trim() ?? question,

    read(question) {
      const found = {};
      for (const control of controlsOf(question)) {
        found[control.name] ??= [];
        if (!ticked(control) || control.checked) found[control.name].push(control.value);
      }
      return found;
    },

    write(question, controls) {
      for (const control of controlsOf(question)) {
        const values = controls[control.name] ?? [];
        if (ticked(control)) control.checked = values.includes(control.value);
        else control.value = values[0] ?? "";
      }
      rows.get(question).dispatchEvent(new Event("input", { bubbles: true }));
    },

    // Whether a question is on the page is questions.js's to say where it can; else what the server said last.
    matters(question, value) {
      const row = rows.get(question);
      if (row && !row.dataset.whenFact) row.hidden = !value;
    },

    errors(question, messages) {
      const row = rows.get(question), field = row.querySelector(".field");
      const id = `autosave-error-${question}`;
      row.querySelector(`#id_${question}_error`)?.remove(); // what the server said when it made the page
      document.getElementById(id)?.remove();
      field.classList.toggle("has-error", messages.length > 0);
      for (const control of controlsOf(question)) {
        const others = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
        if (messages.length) others.push(id);
        control.setAttribute("aria-describedby", others.join(" "));
        if (messages.length) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      }
      if (!messages.length) return;
      const said = element("div", "");
      said.id = id;
      for (const message of messages) {
        const line = element("p", message, "field-error");
        line.prepend(element("span", "Error: ", "visually-hidden"));
        said.append(line);
      }
      row.querySelector(".field-control").before(said);
    },

    conflict(question, theirs, choose) {
      const row = rows.get(question);
      row.querySelector("[data-conflict]")?.remove();
      const box = element("div", "", "attention", "autosave-conflict");
      box.dataset.conflict = "";
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", `Two answers: ${this.nameOf(question)}`);
      const line = element("p", `${theirs.by ? `${theirs.by} saved` : "Saved"} meanwhile: `);
      line.append(element("b", theirs.text), ". Yours is in the field and not saved.");
      const buttons = element("p", "", "autosave-choice");
      for (const [words, keep] of [["Keep mine", true], ["Take theirs", false]]) {
        const button = element("button", words, "button", "is-quiet");
        button.type = "button";
        button.addEventListener("click", () => {
          box.remove();
          (controlsOf(question).find((one) => !ticked(one) || one.checked) ?? controlsOf(question)[0]).focus();
          choose(keep);
        });
        buttons.append(button);
      }
      box.append(line, buttons);
      row.append(box);
    },
  };
};
