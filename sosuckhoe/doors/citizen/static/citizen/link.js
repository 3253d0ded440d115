/* Opens a SMART Health Link in the browser. The key stands behind the # of the address and never leaves this page. */
(() => {
  "use strict";
  const ALLOWED = new Set(["TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "P", "UL", "OL", "LI", "SPAN", "DIV", "BR", "B", "I", "STRONG", "EM"]);
  const form = document.getElementById("link-form");
  const shown = document.getElementById("link-shown");
  const said = document.getElementById("link-said");
  const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const readLink = () => {
    const rest = decodeURIComponent(location.hash).split("shlink:/")[1];
    return rest ? JSON.parse(new TextDecoder().decode(fromText(rest))) : null;
  };
  const say = (name) => {
    said.textContent = said.dataset[name] || said.dataset.fault;
    said.hidden = false;
  };

  async function inflated(content) {
    const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).text();
  }

  async function decrypted(file, key) {
    const [head, , nonce, body, tag] = file.trim().split(".");
    const cipher = new Uint8Array([...fromText(body), ...fromText(tag)]);
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: fromText(nonce), additionalData: new TextEncoder().encode(head), tagLength: 128 },
      await crypto.subtle.importKey("raw", fromText(key), "AES-GCM", false, ["decrypt"]),
      cipher,
    );
    const isDeflated = JSON.parse(new TextDecoder().decode(fromText(head))).zip === "DEF";
    return isDeflated ? inflated(plain) : new TextDecoder().decode(plain);
  }

  async function filesOf(link, recipient, passcode) {
    if ((link.flag || "").includes("U")) {
      const answer = await fetch(`${link.url}?recipient=${encodeURIComponent(recipient)}`);
      if (!answer.ok) throw new Error("ended");
      return [await answer.text()];
    }
    const asked = { recipient, embeddedLengthMax: 10000000, ...(passcode ? { passcode } : {}) };
    const answer = await fetch(link.url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
    if (answer.status === 401) throw new Error("passcode");
    if (!answer.ok) throw new Error("ended");
    const files = (await answer.json()).files;
    return Promise.all(files.map(async (file) => file.embedded || (await fetch(file.location)).text()));
  }

  function copied(node) {
    if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.textContent);
    const isAllowed = node.nodeType === Node.ELEMENT_NODE && ALLOWED.has(node.tagName.toUpperCase());
    const made = isAllowed ? document.createElement(node.tagName) : document.createDocumentFragment();
    if (isAllowed && made.tagName === "TABLE") made.className = "look-table look-table--plain";
    if (node.nodeType === Node.ELEMENT_NODE && ["SCRIPT", "STYLE", "H3"].includes(node.tagName.toUpperCase())) return made;
    for (const child of node.childNodes) made.append(copied(child));
    return made;
  }

  function heading(text) {
    const made = document.createElement("h2");
    made.textContent = text;
    return made;
  }

  function showDocument(bundle) {
    for (const { resource } of bundle.entry || []) {
      if (resource.resourceType === "Composition") {
        for (const section of resource.section || []) {
          const text = new DOMParser().parseFromString((section.text || {}).div || "", "text/html");
          shown.append(heading(section.title || ""), copied(text.body));
        }
      }
      for (const content of resource.resourceType === "DocumentReference" ? resource.content || [] : []) {
        const file = new Blob([fromText(content.attachment.data || "")], { type: "application/pdf" });
        const link = document.createElement("a");
        link.href = URL.createObjectURL(file);
        link.download = "giay.pdf";
        link.textContent = content.attachment.title || resource.description || "PDF";
        const line = document.createElement("p");
        line.append(link);
        shown.append(line);
      }
    }
  }

  async function open(event) {
    event.preventDefault();
    said.hidden = true;
    try {
      const link = readLink();
      const files = await filesOf(link, form.elements.ten.value, form.elements.ma.value);
      const texts = await Promise.all(files.map((file) => decrypted(file, link.key)));
      shown.replaceChildren();
      texts.forEach((text) => showDocument(JSON.parse(text)));
      form.hidden = true;
      shown.hidden = false;
      shown.focus();
    } catch (fault) {
      say(fault.message);
    }
  }

  if (form && location.hash.includes("shlink:/") && globalThis.crypto?.subtle && globalThis.DecompressionStream) {
    form.addEventListener("submit", open);
  }
})();
