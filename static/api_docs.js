// The API's addresses, drawn by Swagger UI from our own schema. Nothing is fetched from anywhere else.
"use strict";

const place = document.getElementById("api-docs");

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  requestInterceptor: (request) => {
    // Whoever is signed in posts with the session, for which Django wants its token.
    if (!["GET", "HEAD", undefined].includes(request.method)) {
      request.headers["X-CSRFToken"] = cookie(place.dataset.csrfCookie);
    }
    return request;
  },
});
