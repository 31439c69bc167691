// Shows the OpenAPI document named by data-schema with Swagger UI, which comes with the site.
"use strict";

const place = document.getElementById("swagger-ui");

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  defaultModelsExpandDepth: 0, // the addresses first; shapes open where they are used
});
