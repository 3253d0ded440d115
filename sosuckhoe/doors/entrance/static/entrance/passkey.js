// Passkeys: asks the browser for one, puts its answer into the form, sends the form.
"use strict";
const form = document.querySelector("form[data-passkey]");
const missing = document.querySelector("[data-missing]");

async function asked() {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

if (form && window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await asked();
      form.elements.credential.value = JSON.stringify(answer.toJSON());
    } catch {
      form.elements.credential.value = "";
    }
    form.submit();
  });
} else if (missing) {
  missing.hidden = false;
}
