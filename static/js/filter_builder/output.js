// What is built, as JSON and as a call of the API. `mediaweb/web/advanced.py` writes the call alike.

/** Return the command that asks the API for all that the gallery would show with this group. */
export function writeCurl({ address, needs_token, body }, group) {
  const { conditions, ...rest } = body;
  const whole = { conditions: group.conditions.length ? [...conditions, group] : conditions, ...rest };
  const written = JSON.stringify(whole, null, 2).replaceAll("'", "'\\''");
  const lines = [`curl -X POST ${address}`];
  if (needs_token) lines.push('  -H "Authorization: Bearer $MEDIAWEB_TOKEN"');
  lines.push('  -H "Content-Type: application/json"', `  -d '${written}'`);
  return lines.join(" \\\n");
}

/** Let a button copy the text of an element; browsers offer the clipboard on secure pages only. */
export function offerCopy(button, source) {
  if (!navigator.clipboard) return;
  const label = button.querySelector("span");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      label.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source); // not allowed: it is marked, to be copied by hand
      label.textContent = "Select and copy";
    }
    setTimeout(() => (label.textContent = "Copy"), 2000);
  });
}
