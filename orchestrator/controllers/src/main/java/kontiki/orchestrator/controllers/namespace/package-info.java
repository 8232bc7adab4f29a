/** Empties and removes namespaces that are being deleted. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.namespace;
