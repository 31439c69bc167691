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
  const form = document.querySelector("form[data-questions]");
  if (!form) return;
  const dependents = [...form.querySelectorAll("[data-when-fact]")];
  const answerTo = (fact) => {
    const controls = [...form.elements].filter((control) => control.name === fact);
    const chosen = controls.find((control) => control.type !== "radio" || control.checked);
    return chosen ? chosen.value.replace(/[,\s]/g, "") : "";
  };
  const show = () => {
    for (const part of dependents) {
      const { whenFact, whenOp, whenValue } = part.dataset;
      const compare = comparisons[whenOp];
      if (compare) part.hidden = !compare(answerTo(whenFact), whenValue);
    }
  };
  form.addEventListener("input", show);
  show();
})();
