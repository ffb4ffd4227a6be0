// Asks the server for a part of a page, or to change something.

/** Return the answer; null if there was none. What was called off is thrown: `AbortError`. */
export async function ask(address, options = {}) {
  try {
    return await fetch(address, { ...options, headers: { "HX-Request": "true", ...options.headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return null; // offline
  }
}

/** Send a change by a form's token; return what the server says as JSON with its `status`, 0 for no answer. */
export async function change(address, token, fields = {}) {
  const answer = await ask(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json", "X-CSRFToken": token },
  });
  if (answer === null) return { status: 0 };
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { ...(isJson ? await answer.json() : {}), status: answer.status };
}
