// Answers that are typed and not known to be saved, kept on this device until they are. One entry for each page that is
// open, so that two tabs do not write over each other; what an earlier page left behind is taken over by the next one.
// An answer: {controls: values by control, version: what the page knew, sent: what was sent and not confirmed, at: when}.
window.FootingUnsent = (person, reference, step) => {
  const prefix = `footing.unsent/${person}/${reference}/${step}/`;
  const mine = prefix + Date.now() + Math.random().toString(36).slice(2);
  let entry = {};
  let works = true;

  const write = () => {
    try {
      if (Object.keys(entry).length) localStorage.setItem(mine, JSON.stringify(entry));
      else localStorage.removeItem(mine);
      works = true;
    } catch { works = false; } // private windows and full disks: the page itself still has it
  };

  return {
    works: () => works,
    get: (question) => entry[question],
    put(question, controls, version) {
      entry[question] = { ...(entry[question] ?? { version, sent: [] }), controls, at: Date.now() };
      write();
    },
    sent(question, text) {
      if (entry[question] && !entry[question].sent.includes(text)) entry[question].sent.push(text);
      write();
    },
    // What this page typed is based on all that the page knows; what an earlier one left behind is not.
    known(before, version) {
      for (const answer of Object.values(entry)) if (answer.version === before) answer.version = version;
      write();
    },
    drop(question) {
      delete entry[question];
      write();
    },
    // Of two texts for one answer the newer one; the older stays where it is and comes up next time.
    adopt(wanted) {
      try {
        for (const key of Object.keys(localStorage).filter((one) => one.startsWith(prefix) && one !== mine)) {
          const left = JSON.parse(localStorage.getItem(key)) ?? {};
          for (const [question, answer] of Object.entries(left)) {
            if (!wanted(question)) continue;
            const older = entry[question] && entry[question].at >= answer.at;
            if (older) continue;
            const before = entry[question];
            entry[question] = answer;
            delete left[question];
            if (before) left[question] = before;
          }
          if (Object.keys(left).length) localStorage.setItem(key, JSON.stringify(left));
          else localStorage.removeItem(key);
        }
        write();
      } catch { works = false; }
      return Object.entries(entry);
    },
  };
};
