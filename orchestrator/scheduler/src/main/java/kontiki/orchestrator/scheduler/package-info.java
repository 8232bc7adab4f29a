/** Chooses a node for each pod: snapshot, plugins, decision, binding. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.scheduler;
