/** Watches over nodes: health, taints, eviction. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.nodelifecycle;
