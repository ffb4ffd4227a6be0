// Shows a PDF's first page where a browser has no viewer for it in pages, as phones do.
export default function start(frame) {
  if (navigator.pdfViewerEnabled !== false) return;
  frame.hidden = true;
  frame.removeAttribute("src");
  frame.parentElement.querySelector("[data-role=fallback]").hidden = false;
}
