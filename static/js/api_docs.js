/* Polaris · api_docs.js — draws the schema named by data-schema with Swagger UI; deferred after its bundle */
SwaggerUIBundle({ url: document.currentScript.dataset.schema, dom_id: "#docs", deepLinking: true, validatorUrl: null });
