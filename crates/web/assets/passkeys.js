/* Asks the browser for a passkey and puts what it answers into the form, which is
   then sent like any other. Without this script, or a browser that knows passkeys,
   the form stays hidden and the code from the app opens. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (one) => one.charCodeAt(0));
  };
  const text = (buffer) => {
    let plain = "";
    for (const one of new Uint8Array(buffer)) plain += String.fromCharCode(one);
    return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const known = (form) =>
    form.dataset.known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));

  const make = async (form) => {
    const { response } = await navigator.credentials.create({
      publicKey: {
        challenge: bytes(form.dataset.challenge),
        rp: { id: form.dataset.site, name: "AskPro Control Center" },
        user: { id: bytes(form.dataset.user), name: form.dataset.email, displayName: form.dataset.email },
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: known(form),
        authenticatorSelection: { residentKey: "discouraged", userVerification: "preferred" },
        attestation: "none",
        timeout: 120000,
      },
    });
    return {
      client_data: response.clientDataJSON,
      authenticator_data: response.getAuthenticatorData(),
      public_key: response.getPublicKey(),
    };
  };
  const use = async (form) => {
    const credential = await navigator.credentials.get({
      publicKey: {
        challenge: bytes(form.dataset.challenge),
        rpId: form.dataset.site,
        allowCredentials: known(form),
        userVerification: "preferred",
        timeout: 120000,
      },
    });
    return {
      credential: credential.rawId,
      client_data: credential.response.clientDataJSON,
      authenticator_data: credential.response.authenticatorData,
      signature: credential.response.signature,
    };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const failed = form.querySelector("[role=alert]");
      failed.hidden = true;
      try {
        const answer = await (form.dataset.passkey === "make" ? make : use)(form);
        for (const [name, value] of Object.entries(answer)) form.elements[name].value = text(value);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
})();
