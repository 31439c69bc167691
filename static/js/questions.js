// Shows a question only while the answer it depends on makes it matter. Without this script the server decides
// when the page is saved; what is hidden here is never complained about there.
(() => {
  const comparisons = {
    eq: (answer, value) => answer === value,
    ne: (answer, value) => answer !== "" && answer !== value,
    gt: (answer, value) => Number(answer) > Number(value),
    ge: (answer, value) => Number(answer) >= Number(value),
    lt: (answer, value) => answer !== "" && Number(answer) < Number(value),
    le: (answer, value) => answer !== "" && Number(answer) <= Number(value),
  };
  const notKnown = /^\s*(?:unknown|not known|(?:i )?(?:do not|don['’]t) know|\?)\.?\s*$/i;
  const form = document.querySelector("form[data-questions]");
  if (!form) return;
  const dependents = [...form.querySelectorAll("[data-when-fact]")];
  // Of a range its likely value, of "I do not know" what stands for it: as the server judges them.
  const answerTo = (fact, standsFor) => {
    const controls = [...form.elements].filter((control) => control.name === fact);
    const chosen = controls.find((control) => control.type !== "radio" || control.checked);
    const text = chosen ? chosen.value : "";
    const tick = form.elements[`${fact}-unknown`];
    if ((tick && tick.checked) || notKnown.test(text)) return standsFor;
    const likely = text.split("/").length === 3 ? text.split("/")[1] : text.replace(/^.*\blikely\b/i, "");
    return likely.replace(/[,\s]/g, "");
  };
  const show = () => {
    for (const part of dependents) {
      const { whenFact, whenOp, whenValue, whenUnknown } = part.dataset;
      const compare = comparisons[whenOp];
      if (compare) part.hidden = !compare(answerTo(whenFact, whenUnknown), whenValue);
    }
  };
  form.addEventListener("input", show);
  show();
})();
