// Marks a picture that could not be loaded or drawn, so that its place shows its name instead.
// On a page that was open for long the address may have expired: then the lasting one is tried first.
export default function start(image) {
  const mark = () => {
    const { lasting } = image.dataset;
    if (!lasting) return (image.dataset.broken = "");
    delete image.dataset.lasting;
    image.removeAttribute("srcset");
    image.src = lasting;
  };
  image.addEventListener("error", mark);
  if (image.complete) image.decode().catch(mark);
}
