// Works a number out beside its field, as the server does it, without sending anything: what is typed or pasted here
// loses its name, so that no form and nothing that saves by itself can take it along. Without this script the button
// sends the page, and the server computes and keeps nothing.
(() => {
  const form = document.querySelector("form[data-questions]");
  if (!form) return;
  const shown = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });

  const read = (text) => {
    const typed = text.replace(/\u00a0/g, " ").trim();
    if (/^[1-9]\d{0,2}\.\d{3}$/.test(typed)) return NaN; // thirty, or thirty thousand?
    if (/^[1-9]\d{0,2}([,.' ]\d{3})+$/.test(typed)) return Number(typed.replace(/[,.' ]/g, ""));
    const grouped = typed.match(/^([1-9]\d{0,2}(?:[,' ]\d{3})+)\.(\d+)$/);
    if (grouped) return Number(`${grouped[1].replace(/[,' ]/g, "")}.${grouped[2]}`);
    if (/^\d+,\d+$/.test(typed)) return Number(typed.replace(",", "."));
    return /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : NaN;
  };
  const whole = (number) => Math.max(1, Math.floor(Number((number + 0.5).toFixed(6))));
  const number = (part, wanted) => {
    const found = read(part.value);
    if (!(found > 0)) throw new Error(`${wanted}: enter a number above zero, such as 1200.`);
    return found;
  };

  const ways = {
    tokens: (box, parts) => {
      const sample = parts.sample.value.trim();
      const words = parts.words.value.trim();
      if (Boolean(words) === Boolean(sample)) {
        throw new Error(`Enter the number of words or paste a sample: one of the two${words ? ", not both" : ""}.`);
      }
      let count = words && number(parts.words, "Words");
      if (words && !Number.isInteger(count)) throw new Error("Words: enter a whole number above zero.");
      if (sample) {
        const characters = [...sample];
        const longest = Number(box.dataset.longest);
        if (characters.length > longest) {
          throw new Error(`Paste at most ${shown.format(longest)} characters: one usual request is enough.`);
        }
        const letters = characters.filter((one) => /\p{L}/u.test(one));
        if (letters.filter((one) => !/\p{Script=Latin}/u.test(one)).length > 0.2 * letters.length) {
          throw new Error("Our figures hold for Latin script only. Count this text with the provider's own counter.");
        }
        count = characters.length;
      }
      const factor = words ? "word" : "character";
      return ["Low", "Likely", "High"].map((end) => whole(count * Number(box.dataset[`${factor}${end}`])));
    },
    requests: (box, parts) => [
      Math.floor(
        number(parts.users, "People who use it") * number(parts.each, "Requests of each, per day") *
          number(parts.days, "Working days a month") + 0.5,
      ),
    ],
  };

  for (const box of form.querySelectorAll("[data-calculator]")) {
    const parts = {};
    for (const part of box.querySelectorAll("[data-part]")) {
      parts[part.dataset.part] = part.querySelector("input, textarea");
      parts[part.dataset.part].removeAttribute("name");
    }
    const field = form.elements[box.dataset.for];
    const said = box.querySelector("[data-said]");
    const button = box.querySelector("button");
    const say = (text, isError) => {
      const line = document.createElement("p");
      if (isError) line.className = "field-error";
      line.textContent = text;
      said.replaceChildren(line);
    };
    const workOut = () => {
      try {
        const ends = ways[box.dataset.calculator](box, parts);
        const text = ends.map((end) => shown.format(end)).join(" / ");
        if (ends.some((end) => end < Number(box.dataset.minimum) || end > Number(box.dataset.maximum))) {
          const [low, high] = [box.dataset.minimum, box.dataset.maximum].map((end) => shown.format(Number(end)));
          throw new Error(`That comes to ${text}. Enter a number from ${low} to ${high}.`);
        }
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        if (parts.sample) parts.sample.value = "";
        say(`Worked out: ${text}. It stands in the field above: change it where you know better.`);
      } catch (error) {
        say(error.message, true);
      }
    };
    button.type = "button";
    button.addEventListener("click", workOut);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault(); // Enter in a part works it out, and does not leave the page
      workOut();
    });
    // What is typed here is no answer: nothing that listens to the form for changes hears of it.
    box.addEventListener("input", (event) => event.stopPropagation());
    box.addEventListener("change", (event) => event.stopPropagation());
  }
})();
