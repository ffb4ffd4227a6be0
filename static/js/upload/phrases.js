// The panel's words: the server writes them into a <template>, with {names} for what is put in.
export function readPhrases(template) {
  const written = {};
  for (const element of template.content.querySelectorAll("[data-phrase]")) {
    written[element.dataset.phrase] = element.textContent;
  }
  return (name, values = {}) => written[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

export function count(number) {
  return number.toLocaleString("en");
}

/** Write how long something takes, in one unit. */
export function duration(seconds, phrase) {
  if (seconds < 60) return phrase("seconds", { count: Math.max(1, Math.ceil(seconds)) });
  if (seconds < 3600) return phrase("minutes", { count: Math.round(seconds / 60) });
  return phrase("hours", { count: Math.round(seconds / 3600) });
}
