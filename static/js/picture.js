// Marks a picture that could not be loaded or drawn, so that its place shows its name instead.
export default function start(image) {
  const mark = () => (image.dataset.broken = "");
  image.addEventListener("error", mark);
  if (image.complete) image.decode().catch(mark);
}
