// The upload form of the media storage guide: everything by POST /media/upload, nothing else of this site.
const form = document.querySelector("form");
const button = form.querySelector("[type=submit]");
const progress = form.querySelector(".progress");
const answer = document.querySelector(".answer");
const picture = answer.querySelector("img");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  upload(readForm());
});

/** Return the form's data without the fields that were left empty. */
function readForm() {
  const data = new FormData(form);
  for (const name of ["description", "alt_text", "user_id"]) {
    if (data.get(name) === "") data.delete(name);
  }
  if (!data.has("is_public")) data.set("is_public", "false");
  return data;
}

/** Send it by XMLHttpRequest: fetch tells nothing of how much has been sent. */
function upload(data) {
  const request = new XMLHttpRequest();
  request.open("POST", "/media/upload");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => showProgress(event.loaded / event.total));
  request.addEventListener("load", () => showAnswer(request.status, request.response));
  request.addEventListener("error", () =>
    showAnswer(0, { detail: "The server can’t be reached, or broke the connection." })
  );
  button.disabled = true;
  answer.hidden = true;
  progress.hidden = false;
  showProgress(0);
  request.send(data);
}

function showProgress(share) {
  progress.querySelector("progress").value = share * 100;
  progress.querySelector("span").textContent = `${Math.floor(share * 100)} %`;
}

function showAnswer(status, body) {
  button.disabled = false;
  progress.hidden = true;
  answer.hidden = false;
  answer.querySelector("h2").textContent = status ? `Answer, status ${status}` : "No answer";
  answer.querySelector("pre").textContent = JSON.stringify(body, null, 2);
  picture.hidden = status !== 201 || body.file_type !== "image";
  if (picture.hidden) return;
  picture.alt = body.alt_text || body.filename;
  picture.src = body.url;
}
