/** Lists the addresses behind each Service. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.endpoint;
