// Saves the answers of a page while they are typed. The server decides everything: what is valid, what matters, and
// whether somebody else changed the same answer. Without this script the page is saved by its buttons.
(() => {
  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.FootingUnsent || !window.FootingFields) return;
  const { autosave: address, login, person, case: reference, step } = form.dataset;
  const AFTER_TYPING = 1000, AGAIN = 10000; // ms
  const status = form.querySelector("[data-autosave-status]");
  const fields = window.FootingFields(form), unsent = window.FootingUnsent(person, reference, step);
  const textOf = (controls) => JSON.stringify(controls);
  const now = (question) => textOf(fields.read(question));
  // Two ways to write one number are one text: the server writes 10,000 where somebody typed 10000.
  const plain = (text) => text.replace(/(\d)[, ](?=\d{3})/g, "$1").replace(/ *\/ */g, "/");

  const stored = new Map(fields.questions.map((question) => [question, now(question)])); // as far as the page knows
  const open = new Map(); // conflicts nobody has decided yet: question → what is stored
  let version = Number(form.elements.version.value);
  let sending = null, timer = 0, retry = 0, trouble = "", stopped = false, leaving = false, renewed = false, note = "";

  const dirty = (question) => now(question) !== stored.get(question);
  const pending = () => fields.questions.filter((question) => dirty(question) && !open.has(question));

  function tell(words) {
    const text = [note, words].filter(Boolean).join(" ");
    if (status.textContent !== text) status.textContent = text;
  }

  function tellSignedOut() {
    trouble = "signed-out";
    const link = document.createElement("a");
    link.href = login;
    link.target = "_blank";
    link.textContent = "Sign in again";
    status.replaceChildren(link, " in another tab; nothing is lost.");
    later();
  }

  function tellOffline() {
    trouble = "offline";
    tell(unsent.works()
      ? "No connection: kept on this device, will be saved when it is back."
      : "No connection: leave this page open, it will be saved when the connection is back.");
    later();
  }

  function later() {
    clearTimeout(retry);
    retry = setTimeout(goOn, AGAIN);
  }

  function soon(delay) {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  }

  // After a trouble: who is signed in now, and with which token do forms count?
  async function goOn() {
    if (stopped || leaving) return;
    if (trouble === "signed-out" && !(await isBack())) return;
    await send();
  }

  async function isBack() {
    let reply;
    try {
      reply = await fetch(address, { redirect: "manual", headers: { Accept: "application/json" } });
    } catch { tellOffline(); return false; }
    if (!reply.ok) { tellSignedOut(); return false; }
    const answer = await reply.json();
    if (String(answer.person) !== person) {
      trouble = "signed-out";
      tell("Somebody else has signed in here. Sign in as yourself again; nothing is lost.");
      later();
      return false;
    }
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = answer.token;
    trouble = "";
    return true;
  }

  function send({ last = false } = {}) {
    clearTimeout(timer);
    if (stopped || leaving) return Promise.resolve();
    if (sending && !last) return sending.then(() => (trouble ? undefined : send()));
    const changed = pending();
    if (!changed.length) return Promise.resolve();
    sending = post(changed, last).finally(() => { sending = null; });
    return sending;
  }

  async function post(changed, last) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const texts = new Map();
    for (const question of changed) unsent.put(question, fields.read(question), version);
    // What an earlier page left behind knew less than this one: it goes first, and the rest after its answer.
    const from = Math.min(...changed.map((question) => unsent.get(question).version));
    for (const question of changed.filter((one) => unsent.get(one).version === from)) {
      const controls = fields.read(question);
      texts.set(question, textOf(controls));
      unsent.sent(question, textOf(controls));
      body.append("changed", question);
      for (const [name, values] of Object.entries(controls)) for (const value of values) body.append(name, value);
    }
    body.set("version", from);
    if (!trouble) tell("Saving…");
    let reply;
    try {
      const headers = { Accept: "application/json" };
      reply = await fetch(address, { method: "POST", body, headers, redirect: "manual", keepalive: last });
    } catch { return tellOffline(); }
    if (reply.type === "opaqueredirect" || reply.status === 401) return tellSignedOut();
    if (reply.status === 403 && !renewed) {
      renewed = true; // signed in anew elsewhere: the page's token is of the session before
      return (await isBack()) ? post(changed, last) : undefined;
    }
    if (reply.status === 409 || reply.status === 404) {
      stopped = true;
      return tell(reply.status === 409 ? (await reply.json()).message : "This assessment is not here any more.");
    }
    if (!reply.ok) {
      trouble = "refused";
      tell("Not saved: something is wrong at our end. Kept on this device; it is tried again by itself.");
      return later();
    }
    trouble = "";
    renewed = false;
    take(await reply.json(), texts);
  }

  // What the server answered to these texts.
  function take(answer, texts) {
    const before = version;
    version = answer.version;
    for (const [question, text] of texts) {
      const theirs = answer.conflicts[question];
      if (theirs) meet(question, theirs);
      else settle(question, text, answer.errors[question] ?? []);
    }
    for (const [question, theirs] of Object.entries(answer.others)) {
      const text = textOf(theirs.controls);
      if (plain(text) === plain(stored.get(question) ?? text)) continue;
      if (dirty(question)) meet(question, theirs);
      else {
        stored.set(question, text);
        fields.write(question, theirs.controls);
        stored.set(question, now(question));
        fields.errors(question, []);
      }
    }
    unsent.known(before, version); // all that changed up to here is on the page now, or beside a field
    for (const [question, value] of Object.entries(answer.matters)) fields.matters(question, value);
    // While a conflict is open, sending the whole page must be refused as it is without this script.
    if (!open.size) form.elements.version.value = version;
    put("[data-steps]", answer.steps);
    decided(answer.so_far);
    said();
    if (pending().length) soon(AFTER_TYPING);
  }

  function settle(question, text, errors) {
    stored.set(question, text);
    if (now(question) === text) unsent.drop(question);
    else { unsent.drop(question); unsent.put(question, fields.read(question), version); }
    fields.errors(question, errors);
  }

  function meet(question, theirs) {
    const text = textOf(theirs.controls);
    const ours = unsent.get(question)?.sent ?? [];
    stored.set(question, text);
    unsent.drop(question);
    unsent.put(question, fields.read(question), version);
    // What stands there is what this page sent before the connection broke: no conflict with anybody.
    if (ours.some((one) => plain(one) === plain(text))) return;
    if (plain(now(question)) === plain(text)) return unsent.drop(question);
    open.set(question, theirs);
    fields.conflict(question, theirs, (keep) => {
      open.delete(question);
      if (!open.size) form.elements.version.value = version;
      if (keep) return send();
      fields.write(question, theirs.controls);
      stored.set(question, now(question));
      unsent.drop(question);
      fields.errors(question, []);
      return said();
    });
  }

  function said() {
    const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    const names = [...open.keys()].map(fields.nameOf).join("; ");
    if (pending().length) tell("Saving…");
    else if (open.size) tell(`Not saved, because it was changed elsewhere too: ${names}. Choose there which one holds.`);
    else tell(`Saved ${time}`);
  }

  function put(place, html) {
    const part = document.querySelector(place);
    if (part.contains(document.activeElement)) return;
    part.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  }

  function decided(html) {
    const part = document.querySelector("[data-so-far]");
    const unfolded = part.querySelector("details")?.open;
    put("[data-so-far]", html);
    if (unfolded) part.querySelector("details")?.setAttribute("open", "");
    const words = part.querySelector("[data-said]").dataset.said, live = document.querySelector("[data-so-far-said]");
    if (live.textContent !== words) live.textContent = words;
  }

  function keep(event) {
    const question = fields.of(event.target);
    if (!question) return;
    if (dirty(question)) unsent.put(question, fields.read(question), version);
    else unsent.drop(question);
    if (!trouble) soon(AFTER_TYPING);
  }

  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("focusout", () => { if (!trouble) send(); });
  window.addEventListener("online", goOn);
  window.addEventListener("focus", goOn);
  window.addEventListener("pagehide", () => send({ last: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send({ last: true });
    else goOn();
  });

  // The page's own buttons, and signing out: first what is typed goes its way, then they do what they always did.
  document.addEventListener("submit", async (event) => {
    const target = event.target;
    if (leaving || stopped || (target !== form && !target.matches("[data-sign-out]"))) return;
    if (!sending && !pending().length) { leaving = true; return; }
    event.preventDefault();
    if (sending) await sending;
    await send();
    if (["offline", "signed-out"].includes(trouble)) return;
    leaving = true;
    target.requestSubmit(event.submitter);
  }, true);

  const left = unsent.adopt((question) => stored.has(question));
  const back = [];
  for (const [question, { controls }] of left) {
    fields.write(question, controls);
    if (dirty(question)) back.push(question);
    else unsent.drop(question);
  }
  if (back.length) {
    note = `Put back what could not be saved before: ${back.map(fields.nameOf).join("; ")}.`;
    send();
  }
})();
