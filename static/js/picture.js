// Marks a picture that could not be loaded or drawn, so that its place shows its name instead.
// On a page that was open for long the addresses may have expired: then the lasting ones are tried first.
export default function start(image) {
  const mark = () => {
    const { lasting } = image.dataset;
    if (!lasting) return (image.dataset.broken = "");
    delete image.dataset.lasting;
    image.srcset = lasting;
  };
  image.addEventListener("error", mark);
  if (image.complete) image.decode().catch(mark);
}
