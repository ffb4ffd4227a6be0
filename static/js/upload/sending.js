// Sends one file by XMLHttpRequest: fetch tells nothing of how much has been sent.
/** What may go well a little later; everything else that the server says stays as it is. */
const TOO_MANY = 429;
export const PASSING = new Set([TOO_MANY, 502, 503, 504]);

/**
 * Send an upload; return how to stop it, and a promise of what became of it: {stored}, {duplicate}, {refused} with a
 * reason, {interrupted} with what is known of when to try again, or {stopped}.
 */
export function send(upload, { address, token, phrase, onProgress }) {
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
  const outcome = new Promise((resolve) => {
    request.addEventListener("load", () => resolve(readAnswer(request, phrase)));
    request.addEventListener("error", () => resolve({ interrupted: { reason: phrase("broken") } }));
    request.addEventListener("abort", () => resolve({ stopped: true }));
  });
  request.send(writeForm(upload, token));
  return { outcome, stop: () => request.abort() };
}

/** The file comes last: the server checks the rest before it reads the file. */
function writeForm(upload, token) {
  const form = new FormData();
  form.append("csrf_token", token);
  form.append("keep_duplicate", String(upload.keepsDuplicate));
  form.append("is_public", String(upload.wanted.is_public));
  for (const name of ["description", "alt_text"]) {
    if (upload.wanted[name]) form.append(name, upload.wanted[name]);
  }
  form.append("file", upload.file, upload.name);
  return form;
}

function readAnswer(request, phrase) {
  const answer = parse(request.responseText);
  if (request.status === 201 && answer.id) return { stored: answer };
  if (request.status === 409 && answer.id) return { duplicate: answer };
  return judge(request.status, answer, request.getResponseHeader("Retry-After"), phrase);
}

/** Return what an answer other than success means: {refused} or {interrupted}. */
export function judge(status, answer, retryAfter, phrase) {
  if (PASSING.has(status)) {
    return { interrupted: { reason: phrase("busy"), waitSeconds: readWait(retryAfter), isLimit: status === TOO_MANY } };
  }
  return { refused: reasonOf(answer, status, phrase) };
}

function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {}; // a proxy's page: the status has to do
  }
}

/** Return for how many seconds the server wants to be left alone; undefined if it doesn't say. */
export function readWait(header) {
  const seconds = Number(header);
  return header !== null && seconds > 0 ? seconds : undefined;
}

/** Return in words what was wrong; invalid input has a list of it. */
export function reasonOf(answer, status, phrase) {
  if (typeof answer.detail === "string") return answer.detail;
  if (Array.isArray(answer.detail)) return answer.detail.map((problem) => problem.msg).join(" ");
  return phrase("status", { status });
}
