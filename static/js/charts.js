// Takes charts out of their <img> and puts them into the page, where they have its typeface and can be read by word.
// Without this script the images stay, in a typeface of the reader's machine.
"use strict";

for (const image of document.querySelectorAll(".chart-image img")) {
  fetch(image.src)
    .then((response) => (response.ok ? response.text() : Promise.reject(response.status)))
    .then((text) => {
      const chart = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
      if (chart.localName === "svg") image.replaceWith(document.importNode(chart, true));
    })
    .catch(() => {});
}
