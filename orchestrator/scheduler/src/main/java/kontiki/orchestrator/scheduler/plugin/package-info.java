/** The rules of placement, one class a plugin of Kubernetes' scheduler framework. Pure. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.scheduler.plugin;
