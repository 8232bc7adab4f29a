/** Gives each node its range of pod addresses. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.nodeipam;
