// The kept decoder, for browsers that have none of their own. It is loaded with the first picture.

const folder = new URL("./", import.meta.url);

await new Promise((done, fail) => {
  const script = document.createElement("script");
  script.src = new URL("zxing.js", folder);
  script.onload = done;
  script.onerror = fail;
  document.head.append(script);
});
ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => new URL("zxing.wasm", folder).href } });

/// The texts of the QR codes in a picture.
export async function decode(picture) {
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(picture, 0, 0);
  const options = { formats: ["QRCode"], maxNumberOfSymbols: 1 };
  const found = await ZXingWASM.readBarcodes(context.getImageData(0, 0, width, height), options);
  return found.filter(code => code.isValid).map(code => code.text);
}
